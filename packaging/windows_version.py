"""Writes the version resource that Windows shows in the properties of the program's file."""

from __future__ import annotations

TEMPLATE = """VSVersionInfo(
  ffi=FixedFileInfo(filevers={numbers}, prodvers={numbers}, mask=0x3f, flags=0x0, OS=0x40004,
                    fileType=0x1, subtype=0x0, date=(0, 0)),
  kids=[
    StringFileInfo([StringTable("040904B0", [
      StringStruct("FileDescription", "{description}"),
      StringStruct("FileVersion", "{version}"),
      StringStruct("InternalName", "{name}"),
      StringStruct("OriginalFilename", "{name}.exe"),
      StringStruct("ProductName", "TradeCRM"),
      StringStruct("ProductVersion", "{version}"),
    ])]),
    VarFileInfo([VarStruct("Translation", [1033, 1200])]),
  ],
)
"""


def version_resource(name: str, version: str, description: str) -> str:
    """Answer the text of the resource for the executable ``name``; ``version`` is like ``1.2.3``."""
    numbers = tuple(int(part) for part in [*version.split("."), "0", "0", "0"][:4])
    return TEMPLATE.format(name=name, version=version, numbers=numbers, description=description)
