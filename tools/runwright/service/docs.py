"""`/docs`: the interface as one plain page that needs no network; /openapi.json is the same for machines."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

routes = APIRouter()
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Runwright: the interface</title>
<style>
body{{font:16px/1.5 sans-serif;max-width:60em;margin:2em auto;padding:0 1em}}
code{{font-size:1.05em}}</style>
</head>
<body><h1>Runwright: the interface</h1>
<p>The whole description, for machines: <a href="/openapi.json">/openapi.json</a>.</p>
<dl>{rows}</dl></body></html>
"""


@routes.get("/docs", include_in_schema=False)
async def docs(request: Request) -> HTMLResponse:
    """List every endpoint with its sentence."""
    page = _PAGE.format(rows="".join(_rows(request.app.openapi())))
    return HTMLResponse(page, headers={"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"})


def _rows(description: dict[str, Any]) -> Iterator[str]:
    for path, methods in sorted(description["paths"].items()):
        for method, said in methods.items():
            text = said.get("description") or said.get("summary", "")
            yield f"<dt><code>{escape(method.upper())} {escape(path)}</code></dt><dd>{escape(text)}</dd>"
