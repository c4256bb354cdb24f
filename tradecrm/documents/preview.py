"""Pages of a PDF as pictures, for the preview inside the program; no Qt in here."""

from __future__ import annotations

from pathlib import Path

Picture = tuple[int, int, bytes]
"""Width and height in pixels, and the pixels as RGBA, four bytes each, row by row."""


def pdf_pages(source: str | Path | bytes, scale: float = 1.0) -> list[Picture]:
    """Answer every page of a PDF as a picture at ``scale`` pixels a point (1.0 is 72 dpi).

    Raises ``pypdfium2.PdfiumError`` when the source is no readable PDF and ``OSError`` when it is not there.
    """
    import pypdfium2

    document = pypdfium2.PdfDocument(source if isinstance(source, bytes) else Path(source).read_bytes())
    try:
        pictures: list[Picture] = []
        for page in document:
            bitmap = page.render(scale=scale, rev_byteorder=True, force_bitmap_format=_BGRA)
            rows = bytes(bitmap.buffer)
            stride, wide = bitmap.stride, bitmap.width * 4
            if stride != wide:
                rows = b"".join(rows[y * stride : y * stride + wide] for y in range(bitmap.height))
            pictures.append((bitmap.width, bitmap.height, rows))
            bitmap.close()
            page.close()
        return pictures
    finally:
        document.close()


_BGRA = 4
"""PDFium's number for four bytes a pixel; with the byte order reversed they come as RGBA."""
