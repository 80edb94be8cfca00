"""A QR code of the report's page, as a vector picture for print and HTML and as an image for Word."""

from __future__ import annotations

import io

import qrcode

SIZE = 12  # mm, with the white border that readers need
ALT = "Mã QR dẫn đến trang của báo cáo: {address}"


def svg(address: str) -> str:
    """Black on nothing, in units of one module."""
    modules = _code(address).get_matrix()
    side = len(modules)
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(modules) for x, dark in enumerate(row) if dark)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges">'
        f'<path d="{path}"/></svg>'
    )


def png(address: str) -> bytes:
    """Large enough to print with sharp edges."""
    image = io.BytesIO()
    _code(address).make_image().save(image, "PNG")
    return image.getvalue()


def _code(address: str) -> qrcode.QRCode:
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_L, box_size=10, border=4)
    code.add_data(address)
    code.make(fit=True)
    return code
