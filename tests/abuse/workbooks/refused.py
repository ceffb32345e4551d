"""E20–E23 and E25: files that must not reach a parser, and the nearest ones that may."""

from random import Random

from tests.abuse.workbooks import HEADER, Case, book, people, person
from tests.core import workbooks as make
from tests.core.hostile import HOSTILE, bomb

KNOWN = {
    "E20-ratio": "bomb of 12 MB, ratio over 100",
    "E20-bomb-210": "bomb of 210 MB",
    "E21-dtd-in-sheet": "DTD in the sheet",
    "E21-dtd-in-strings": "DTD in shared strings",
    "E21-dtd-in-workbook": "DTD in the workbook",
    "E21-dtd-in-styles": "DTD in styles",
    "E21-xxe": "XXE",
    "E21-utf-16": "UTF-16 XML",
    "E21-utf-7": "XML declared as UTF-7",
    "E22-last-corner": "cell at XFD1048576",
    "E22-far-row": "cell at D1048576",
    "E22-far-column": "cell at XFD2",
    "E22-first-row-too-far": "row 200031",
    "E22-first-column-too-far": "column IW",
    "E22-implied-places": "far cell by implied columns",
    "E22-lower-case": "far cell in lower case",
    "E22-another-part": "far cell in a part of another name",
    "E25-macros": "macros",
    "E25-macros-renamed": "macros under another name",
    "E25-xlsm": "xlsm",
    "E25-excel-4-macros": "macro sheet of Excel 4",
    "E25-external-link": "external link",
    "E25-ole": "embedded object",
    "E25-encrypted": "encrypted package",
    "E25-encrypted-xls": "encrypted xls",
    "E25-xls-macros": "xls with macros",
    "E25-xlsx-as-csv": "xlsx as csv",
    "E25-xls-as-xlsx": "xls as xlsx",
    "E25-html-as-xls": "HTML as xls",
    "E25-xml-as-xls": "XML as xls",
    "E25-eicar": "EICAR as xlsx",
    "E25-xlsb": "xlsb",
    "E25-cut-off": "cut off",
}


def with_dimension(reference: str) -> bytes:
    text = make.sheet([HEADER, *people(3)])
    return make.xlsx(text.replace('ref="A1:B2"', f'ref="{reference}"'))


CASES = (
    *(
        Case(name, HOSTILE[known][1], HOSTILE[known][0], refusal=HOSTILE[known][2])
        for name, known in KNOWN.items()
    ),
    Case("E20-bomb-1050", lambda: bomb(1050), refusal="解压后过大"),
    Case("E22-dimension-of-everything", lambda: with_dimension("A1:XFD1048576"), rows=3),
    Case("E22-dimension-of-nothing", lambda: with_dimension("A1"), rows=3),
    Case(
        "E23-cell-of-30-megabytes-in-31-kB",
        lambda: book(person(备注="长" * 10_000_000)),
        refusal="解压后过大",
    ),
    Case(
        "E23-cell-of-10-megabytes",
        lambda: book(person(备注="".join(Random(1).choices("一二三四五六七八", k=3_500_000)))),
        rows=1,
        errors=[(2, "备注", "TOO_LONG")],
    ),
    Case(
        "E23-name-of-200000",
        lambda: book(person(姓名="张" * 200_000)),
        rows=1,
        errors=[(2, "姓名", "TOO_LONG")],
    ),
    Case("E25-xls", lambda: make.xls([HEADER, *people(2)]), "花名册.xls", rows=2),
    Case("E25-formulas-are-no-macros", lambda: book(person(备注=make.formula("1+1", "2"))), rows=1),
)
