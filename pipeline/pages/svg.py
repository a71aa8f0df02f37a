"""A matplotlib figure becomes a small SVG that can stand inside a page: live text, a title, no clashing ids."""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ElementTree

from matplotlib.figure import Figure
from matplotlib.text import Text

from pipeline.figures.bound import references_of
from pipeline.pages.theme import chart_style

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
CELLS, TICK = "cells ", "tick"  # how a text's group is named: the figures in it, or the scale of an axis
_NOTHING = {"fill: none", "fill:none"}


def figure_svg(figure: Figure, *, ident: str, alt: str) -> str:
    """The figure as an `<svg>` whose first child is its title; every id starts with `ident`, so pages never clash."""
    _name_texts(figure)
    text = io.StringIO()
    with chart_style():
        figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    ElementTree.register_namespace("", SVG)
    ElementTree.register_namespace("xlink", XLINK)
    root = ElementTree.fromstring(text.getvalue())
    _clean(root)
    _prefix_ids(root, ident)
    root.attrib.pop("version", None)
    root.set("role", "img")
    root.set("aria-labelledby", f"{ident}-title")
    title = ElementTree.Element(f"{{{SVG}}}title", {"id": f"{ident}-title"})
    if references_of(alt):
        title.set("data-cell", " ".join(references_of(alt)))
    title.text = alt
    root.insert(0, title)
    return _one_line(ElementTree.tostring(root, encoding="unicode"))


def _name_texts(figure: Figure) -> None:
    """Groups of the drawing's texts say which figures stand in them, and which are the scale of an axis."""
    for axes in figure.axes:
        for label in (*axes.get_xticklabels(), *axes.get_yticklabels()):
            label.set_gid(TICK)
    for text in figure.findobj(Text):
        names = references_of(text.get_text())
        if names:
            text.set_gid(CELLS + " ".join(names))


def _clean(element: ElementTree.Element) -> None:
    """Style declarations become attributes; metadata, style sheets, empty groups and invisible paths go."""
    for child in list(element):
        name = child.tag.rpartition("}")[2]
        style = child.get("style", "")
        if name in ("metadata", "style") or (name == "path" and style in _NOTHING):
            element.remove(child)
            continue
        _clean(child)
        if name in ("g", "defs") and len(child) == 0 and not (child.text or "").strip():
            element.remove(child)
            continue
        for declaration in filter(None, (part.strip() for part in child.attrib.pop("style", "").split(";"))):
            key, _, value = declaration.partition(":")
            child.set(key.strip(), value.strip())
        if re.match(r"rotate\(-?0 ", child.get("transform", "")):
            del child.attrib["transform"]
        if name == "path":
            child.set("d", " ".join(child.get("d", "").split()))


def _prefix_ids(root: ElementTree.Element, ident: str) -> None:
    """Ids that something refers to get the prefix, all others go."""
    text = ElementTree.tostring(root, encoding="unicode")
    used = set(re.findall(r"url\(#([^)]+)\)", text)) | set(re.findall(r'href="#([^"]+)"', text))
    for element in root.iter():
        name = element.get("id")
        if name is not None:
            if name.startswith(CELLS):
                element.set("data-cell", element.attrib.pop("id").removeprefix(CELLS))
            elif name == TICK:
                element.set("class", element.attrib.pop("id"))
            elif name in used:
                element.set("id", f"{ident}-{name}")
            else:
                del element.attrib["id"]
        for key, value in element.attrib.items():
            if key.endswith("href") and value.startswith("#"):
                element.set(key, f"#{ident}-{value[1:]}")
            elif value.startswith("url(#"):
                element.set(key, f"url(#{ident}-{value[5:]}")


def _one_line(text: str) -> str:
    return re.sub(r">\s+<", "><", text).strip()
