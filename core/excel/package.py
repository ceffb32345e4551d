"""The parts of an .xlsx that say where its sheets lie; read after the guard has passed the file."""

import io
import posixpath
import zipfile
from collections.abc import Iterator
from typing import Final
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring

MAX_INDEX: Final = (
    8 * 2**20
)  # a workbook part or relations part larger than this lists no real sheets
DEFAULT_PATH: Final = "xl/workbook.xml"


class Package:
    """An .xlsx held in memory: date system, and the part of each sheet."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.epoch_1904 = False
        self._parts: dict[str, str] = {}
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            self.workbook_path = _workbook_path(archive)
            folder, name = posixpath.split(self.workbook_path)
            rels = posixpath.join(folder, "_rels", f"{name}.rels")
            relations = list(_relations(archive, rels, folder))
            self._read(archive, {key: target for key, target, _ in relations})
        self.styles_path = next(
            (target for _, target, kind in relations if kind.endswith("/styles")), ""
        )

    def _read(self, archive: zipfile.ZipFile, targets: dict[str, str]) -> None:
        for element in _parsed(archive, self.workbook_path).iter():
            local = element.tag.rpartition("}")[2]
            if local == "workbookPr":
                self.epoch_1904 = element.get("date1904", "0") in {"1", "true", "on"}
            elif local == "sheet":
                relation = next((v for k, v in element.items() if k.endswith("}id")), "")
                self._parts[element.get("name", "")] = targets.get(relation, "")

    def sheet_part(self, name: str) -> str:
        """Name the part of a sheet, empty if there is none."""
        return self._parts.get(name, "")


def _parsed(archive: zipfile.ZipFile, path: str) -> Element:
    if archive.getinfo(path).file_size > MAX_INDEX:
        raise ValueError(path)
    root: Element = fromstring(archive.read(path))
    return root


def _workbook_path(archive: zipfile.ZipFile) -> str:
    names = archive.namelist()
    if "_rels/.rels" in names:
        for _, target, kind in _relations(archive, "_rels/.rels", ""):
            if kind.endswith("/officeDocument") and target in names:
                return target
    return DEFAULT_PATH


def _relations(archive: zipfile.ZipFile, path: str, folder: str) -> Iterator[tuple[str, str, str]]:
    """Yield (id, path of the target, type) of each relation."""
    for element in _parsed(archive, path):
        target = posixpath.join("/", folder, element.get("Target", ""))
        kind = element.get("Type", "")
        yield element.get("Id", ""), posixpath.normpath(target).lstrip("/"), kind
