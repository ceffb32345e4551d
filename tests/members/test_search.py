"""One box for all ways to name a person: names, readings, last characters, whole numbers, scope."""

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from core import crypto
from core.identity import check_character
from members.models import Member, Organisation
from members.selectors.people import named, number_keys, with_keys
from tests import builders

pytestmark = pytest.mark.django_db
FIND, LIST = "members:member-find", "members:member-list"


@pytest.fixture
def unit() -> Organisation:
    return builders.union("JT0101", name="天坛饭店工会")


@pytest.fixture
def agent(unit: Organisation) -> Client:
    return builders.client_for(builders.user("agent", unit))


def found(client: Client, typed: str) -> set[str]:
    """The names of those whom the box finds, on whatever page it leads to."""
    address = client.post(reverse(FIND), {"text": typed})["Location"]
    if address == reverse(LIST):
        return set()
    context = client.get(address).context
    return (
        {member.name for member in context["page"]} if "?" in address else {context["member"].name}
    )


def numbered(tail: str) -> str:
    """A right number that ends with three digits and its own check character."""
    stem = f"11010119800115{tail}"
    return stem + check_character(stem)


@pytest.mark.parametrize(
    ("name", "typed"),
    [("单雄信", "sxx"), ("仇英", "qy"), ("解缙", "xj"), ("查良镛", "zly"), ("曾国藩", "zgf"),
     ("盖叫天", "gjt"), ("区寄", "oj"), ("朴树", "ps"), ("任我行", "rwx"), ("尉迟恭", "ycg"),
     ("单雄信", "dxx"), ("曾国藩", "cgf"), ("区寄", "qj"), ("覃伟", "qw"), ("覃伟", "tw"),
     ("张三", "ZS"), ("张三", "z"), ("张三", "张"), ("张三丰", " 张 三 "),
     ("买买提·艾力", "买买提")],
)  # fmt: skip
def test_names_and_readings(agent: Client, unit: Organisation, name: str, typed: str) -> None:
    builders.member(unit, name=name)
    builders.member(unit, name="欧阳修")
    assert found(agent, typed) == {name}


def test_the_last_characters_of_a_number(agent: Client, unit: Organisation) -> None:
    one, other = numbered("123"), numbered("456")
    card = builders.card_number()
    builders.member(unit, name="甲", number=one, card=card)
    builders.member(unit, name="乙", number=other)
    assert found(agent, one[-4:].lower()) == found(agent, one[-6:]) == {"甲"}
    assert found(agent, card[-4:]) == found(agent, card) == {"甲"}
    assert found(agent, other) == {"乙"}
    assert found(agent, one[-5:]) == found(agent, card[-6:]) == set()


def test_several_with_one_ending_are_listed_and_no_number_stands_in_the_address(
    agent: Client, unit: Organisation
) -> None:
    number = numbered("123")
    stems = (f"110101{1970 + year}0115123" for year in range(60))
    twin = next(
        stem + check_character(stem)
        for stem in stems
        if check_character(stem) == number[-1] and stem not in number
    )
    builders.member(unit, name="甲", number=number)
    builders.member(unit, name="乙", number=twin)
    ending = number[-4:]
    answer = agent.post(reverse(FIND), {"text": ending})
    assert "sought=" in answer["Location"]
    assert ending not in answer["Location"]
    assert found(agent, ending) == {"甲", "乙"}
    assert ending not in str(dict(agent.session))


def test_a_forgotten_search_finds_nobody(agent: Client, unit: Organisation) -> None:
    builders.member(unit)
    page = agent.get(reverse(LIST), {"sought": "abcd1234"}).context["page"]
    assert list(page) == []


def test_every_way_stays_within_the_scope(unit: Organisation) -> None:
    number, card = numbered("777"), builders.card_number()
    builders.member(unit, name="曾国藩", number=number, card=card)
    stranger = builders.client_for(builders.user("agent", builders.union("X")))
    for typed in ("曾国藩", "zgf", "cgf", number, number[-4:], number[-6:], card, card[-4:]):
        assert found(stranger, typed) == set(), typed


@pytest.mark.slow
def test_no_search_reads_the_whole_table(unit: Organisation) -> None:
    """At 20,000 members every way goes through an index."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO members_member (organisation_id, name, name_key, sort_key, initials,"
            " other_initials, document_type, document_index, document_tail4_index,"
            " document_tail6_index, document_sealed, sex, born_on, phone_index, card_index,"
            " card_tail4_index, card_sealed, status, category, note)"
            " SELECT %s, n, n, n, chr(97 + i %% 26) || chr(97 + i / 26 %% 26), '', 'RESIDENT',"
            " md5(n), md5((i %% 10000)::text), md5(i::text), '', 'M', '1980-01-01', '',"
            " md5(n || 'c'), md5((i %% 9999)::text), '', 'IN_SERVICE', 'ORDINARY', ''"
            " FROM (SELECT i, '甲' || i AS n FROM generate_series(1, 20000) i) AS made",
            [unit.pk],
        )
        cursor.execute("ANALYZE members_member")
    people, key = Member.objects.order_by("sort_key", "pk"), crypto.blind("x", "id")
    searches = [
        *(named(people, text) for text in ("甲77", "zs", "z")),
        *(with_keys(people, number_keys("9" * size)) for size in (4, 6, 18)),
        *(with_keys(people, {column: [key]}) for column in ("card_tail4_index", "card_index")),
    ]
    for search in searches:
        for plan in (search[:20].explain(), search.order_by().values("pk").explain()):
            assert "Seq Scan" not in plan, search.query
            assert "member_by_name" not in plan, "walks the index of names from its beginning"


def test_what_is_found_stays_in_the_order_asked_for(agent: Client, unit: Organisation) -> None:
    for name in ("张三", "张二", "赵一", "李四"):
        builders.member(unit, name=name)
    for query, names in (
        ({"q": "张"}, ["张二", "张三"]),
        ({"q": "z"}, ["张二", "张三", "赵一"]),
        ({"q": "z", "sort": "-name"}, ["赵一", "张三", "张二"]),
    ):
        page = agent.get(reverse(LIST), query).context["page"]
        assert [member.name for member in page] == names
