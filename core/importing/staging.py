"""The temporary table that holds a file's rows while they are checked, and what is found."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from psycopg2 import sql

from core.copy import copy_lines, copy_rows
from core.excel.layout import Layout, letters
from core.importing.codes import RANK, WARNINGS
from core.importing.result import Finding
from core.sealing import keep_index_key

if TYPE_CHECKING:
    from core.importing.kinds import Kind

ROWS = "import_rows"
FINDINGS = "import_findings"
FOUND_COLUMNS = ("row_no", "col_no", "rank", "code", "level", "message", "advice")


class Expression(str):
    """A message that is an SQL expression of type text instead of a constant."""

    __slots__ = ()


def staging_columns(kind: "Kind") -> list[tuple[str, str]]:
    """List the staging columns of a kind with their SQL types, in the order they are loaded."""
    columns: list[tuple[str, str]] = []
    for column in kind.columns:
        if column.secret:
            columns += [(f"{column.field}_index", "text"), (f"{column.field}_sealed", "bytea")]
            columns += [(f"{column.field}_tail{tail}_index", "text") for tail in column.tails]
        else:
            columns.append((column.field, column.sql))
        columns += [(name, kind_of) for name, (kind_of, _) in column.derive.items()]
    return columns + list(kind.extra)


class Staging:
    """The rows of one file in the temporary table `import_rows`, inside one transaction.

    Its columns: `row_no` (the sheet's own number), `wrong` (text[]: staging fields of the contract
    whose cells have an error), `bad` (the row has an error; set after the checks), `action`
    ('create', 'update', 'unchanged'), then those of `staging_columns`. In the SQL given to the
    methods the table's alias is `s`; a literal % is written %%.
    """

    table = ROWS
    good = "NOT s.bad"

    def __init__(self, kind: "Kind", cursor: Any, layout: Layout) -> None:
        self.kind, self.cursor, self.layout = kind, cursor, layout
        self.summary: dict[str, Any] = {}  # what the kind wants told beside the counts
        self._places = {column.name: place for place, column in enumerate(kind.columns)}
        self._fields = {column.name: column.field for column in kind.columns}

    def create(self) -> None:
        """Make the two temporary tables; those of an earlier file of this transaction go."""
        self.drop()
        keep_index_key()  # rows are compared by their hashes
        self.cursor.execute("SET LOCAL work_mem = '64MB'")  # joins over a whole file
        columns = [("row_no", "integer"), ("wrong", "text[] NOT NULL DEFAULT '{}'")]
        columns += [("bad", "boolean NOT NULL DEFAULT false"), ("action", "text")]
        columns += staging_columns(self.kind)
        self._create(ROWS, columns)
        kinds = ("integer", "smallint", "smallint", "text", "text", "text", "text")
        self._create(FINDINGS, list(zip(FOUND_COLUMNS, kinds, strict=True)))

    def _create(self, table: str, columns: Sequence[tuple[str, str]]) -> None:
        listed = [
            sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(kind)) for name, kind in columns
        ]
        self.cursor.execute(
            sql.SQL("CREATE TEMPORARY TABLE {} ({}) ON COMMIT DROP").format(
                sql.Identifier(table), sql.SQL(", ").join(listed)
            )
        )

    def drop(self) -> None:
        """Remove the tables before the transaction ends."""
        self.cursor.execute("DROP TABLE IF EXISTS pg_temp.import_rows, pg_temp.import_findings")

    def load(self, lines: Iterable[str], columns: Sequence[str]) -> int:
        """Load rows in COPY's text format; returns their number."""
        rows = copy_lines(self.cursor, ROWS, columns, lines)
        self.cursor.execute("CREATE UNIQUE INDEX ON pg_temp.import_rows (row_no)")
        self.cursor.execute("SET LOCAL default_statistics_target = 10")  # sizes matter, not values
        self.cursor.execute("ANALYZE pg_temp.import_rows")
        self.cursor.execute("SET LOCAL default_statistics_target TO DEFAULT")
        return rows

    def add_findings(self, found: Iterable[Sequence[Any]]) -> None:
        """Load findings (row, place of the column, code, message, advice) made outside SQL."""
        copy_rows(self.cursor, FINDINGS, FOUND_COLUMNS, map(_finding_row, found))

    def execute(self, statement: str, params: Sequence[Any] = ()) -> int:
        """Run SQL, for instance an UPDATE that resolves codes to ids; returns the row count."""
        self.cursor.execute(statement, list(params))
        return int(self.cursor.rowcount)

    def fetch(self, statement: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run a query and return its rows."""
        self.cursor.execute(statement, list(params))
        rows: list[tuple[Any, ...]] = self.cursor.fetchall()
        return rows

    def right(self, *fields: str) -> str:
        """SQL condition: none of these staging fields has an error of its own."""
        listed = ",".join(f"'{field}'" for field in fields)
        return f"NOT (s.wrong && ARRAY[{listed}]::text[])"

    def flag(
        self,
        code: str,
        column: str,
        where: str,
        *,
        message: str,
        advice: str = "",
        joins: str = "",
        params: Sequence[Any] = (),
    ) -> int:
        """Find `code` at the contract's `column` on every row where the condition holds.

        `where`: SQL over `s` and `joins` (text after FROM import_rows s); `params` fill the %s of
        joins, then of where. `message`, `advice`: Chinese; an `Expression` is SQL over the same
        rows. Warnings are told from errors by the code. Returns the number of rows found.
        """
        query = sql.SQL(
            "SELECT DISTINCT ON (s.row_no) s.row_no, {}, {} FROM import_rows s {} WHERE {}"
            " ORDER BY s.row_no"
        ).format(_text(message), _text(advice), sql.SQL(joins), sql.SQL(f"({where})"))
        constants = [text for text in (message, advice) if not isinstance(text, Expression)]
        return self._insert(code, column, query, [*constants, *params])

    def flag_select(self, code: str, column: str, select: str, params: Sequence[Any] = ()) -> int:
        """Find `code` at `column` on the rows of a query (row_no, message, advice)."""
        return self._insert(code, column, sql.SQL(select), params)

    def flag_duplicates(
        self, keys: Sequence[str], column: str, *, message: str = "与本表第{first}行重复"
    ) -> int:
        """DUPLICATE_IN_FILE on the second and every later row with the same key.

        `keys`: staging columns; a row where one is NULL has no key. `{first}` in the message is
        the row number of the first.
        """
        names = sql.SQL(", ").join(sql.Identifier(key) for key in keys)
        present = sql.SQL(" AND ").join(
            sql.SQL("{} IS NOT NULL").format(sql.Identifier(key)) for key in keys
        )
        select = sql.SQL(
            "SELECT s.row_no, replace(%s, '{{first}}', k.first::text), %s FROM import_rows s JOIN ("
            " SELECT {names}, min(row_no) AS first FROM import_rows WHERE {present}"
            " GROUP BY {names} HAVING count(*) > 1) AS k USING ({names})"
            " WHERE s.row_no > k.first"
        ).format(names=names, present=present)
        return self._insert("DUPLICATE_IN_FILE", column, select, [message, "请删除多余的一行"])

    def _insert(self, code: str, column: str, select: sql.Composable, params: Sequence[Any]) -> int:
        is_error = code not in WARNINGS
        insert = sql.SQL(
            "INSERT INTO import_findings (row_no, message, advice, col_no, rank, code, level)"
            " SELECT found.*, %s, %s, %s, %s FROM ({}) AS found"
        ).format(select)
        mark = sql.SQL(
            "WITH hit AS ({} RETURNING row_no) UPDATE import_rows SET wrong ="
            " array_append(wrong, %s) WHERE row_no IN (SELECT row_no FROM hit)"
        ).format(insert)
        level = "error" if is_error else "warning"
        values = [self._places[column], RANK[code], code, level, *params]
        if is_error:
            self.cursor.execute(mark, [*values, self._fields[column]])
        else:
            self.cursor.execute(insert, values)
        return int(self.cursor.rowcount)

    def settle(self) -> int:
        """Mark the bad rows and drop what the contract does not report; returns their number."""
        self.execute(
            "DELETE FROM import_findings f USING import_findings o WHERE f.row_no = o.row_no"
            " AND o.code = 'UNION_OUT_OF_SCOPE' AND f.code <> 'UNION_OUT_OF_SCOPE'"
        )
        bad = self.execute(
            "UPDATE import_rows s SET bad = true WHERE row_no IN"
            " (SELECT row_no FROM import_findings WHERE level = 'error')"
        )
        self.execute(
            "DELETE FROM import_findings f USING import_rows s"
            " WHERE s.row_no = f.row_no AND s.bad AND f.level = 'warning'"
        )
        return bad

    def findings(self) -> Iterator[Finding]:
        """Yield what is left, one error per cell, by row and the contract's order of columns."""
        rows = self.fetch(
            "SELECT DISTINCT ON (row_no, col_no, rank * (level = 'warning')::int)"
            " row_no, col_no, code, level, message, advice FROM import_findings"
            " ORDER BY row_no, col_no, rank * (level = 'warning')::int, rank, message"
        )
        for row, place, code, level, message, advice in rows:
            column = self.kind.columns[place].name
            sentence = self._place(row, column) + "：" + message + (f"，{advice}" if advice else "")
            yield Finding(row, column, code, level, sentence, message, advice)

    def _place(self, row: int, column: str) -> str:
        number = self.layout.columns.get(column)
        where = f"{letters(number)}列 " if number else ""
        return f"第{row}行 {where}{column}"

    def actions(self) -> dict[str, int]:
        """Count the good rows by action."""
        rows = self.fetch(
            "SELECT action, count(*) FROM import_rows s WHERE NOT s.bad GROUP BY action"
        )
        return dict(rows)


def _text(text: str) -> sql.Composable:
    return sql.SQL(text) if isinstance(text, Expression) else sql.SQL("%s")


def _finding_row(found: Sequence[Any]) -> tuple[Any, ...]:
    row, place, code, message, advice = found
    level = "warning" if code in WARNINGS else "error"
    return row, place, RANK[code], code, level, message, advice
