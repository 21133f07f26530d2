"""Drawings of a student's: SVG without scripts and without anything from elsewhere."""

import re
from xml.etree import ElementTree

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError as MalformedError
from defusedxml.ElementTree import fromstring

from grading.sanitising.html import SAFE_DATA

_SVG, _XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
_HREFS = ("href", f"{{{_XLINK}}}href")
_NAMES = """svg g defs desc title metadata symbol use a style switch view path rect circle ellipse
    line polyline polygon text tspan textPath image marker pattern mask clipPath linearGradient
    radialGradient stop filter feBlend feColorMatrix feComponentTransfer feComposite
    feConvolveMatrix feDiffuseLighting feDisplacementMap feDistantLight feDropShadow feFlood
    feFuncA feFuncB feFuncG feFuncR feGaussianBlur feMerge feMergeNode feMorphology feOffset
    fePointLight feSpecularLighting feSpotLight feTile feTurbulence"""
_ELEMENTS = set(_NAMES.split())
_ELSEWHERE = re.compile(r"url\(\s*['\"]?(?!#)|@import|image-set|expression|javascript:|\\", re.I)


def defused_svg(svg: str) -> str | None:
    """Return a drawing in which nothing runs and that loads nothing; None for what is no drawing.

    What is harmless stays as it is.

    >>> defused_svg('<svg xmlns="http://www.w3.org/2000/svg" onload="steal()"><path/></svg>')
    '<svg xmlns="http://www.w3.org/2000/svg"><path /></svg>'
    """
    try:
        root = fromstring(svg.lstrip("\ufeff \t\r\n").encode("utf-8", "replace"), forbid_dtd=False)
    except (MalformedError, DefusedXmlException, ValueError, RecursionError):
        return None
    if root.tag != f"{{{_SVG}}}svg":
        return None
    if "<?xml-stylesheet" not in svg and "<!ENTITY" not in svg and not _clean(root):
        return svg
    ElementTree.register_namespace("", _SVG)
    ElementTree.register_namespace("xlink", _XLINK)
    _clean(root)
    return ElementTree.tostring(root, encoding="unicode")


def _clean(root: ElementTree.Element) -> bool:
    """Take out of `root` what is active; say whether there was anything."""
    found = False
    for element in list(root.iter()):
        for name, value in list(element.attrib.items()):
            if not _is_tame(name, value):
                del element.attrib[name]
                found = True
        if element.tag == f"{{{_SVG}}}style" and _ELSEWHERE.search("".join(element.itertext())):
            element.clear()
            found = True
        for child in list(element):
            if not _is_drawn(child.tag):
                element.remove(child)
                found = True
    return found


def _is_drawn(tag: object) -> bool:
    """Say whether an element belongs to drawings, or is data that no browser shows."""
    if not isinstance(tag, str):
        return False
    space, _, name = tag.rpartition("}")
    if space.strip("{") == _SVG:
        return name in _ELEMENTS
    return "xhtml" not in space and bool(space)


def _is_tame(name: str, value: str) -> bool:
    if name in _HREFS:
        return value.startswith("#") or bool(SAFE_DATA.match(value))
    return not name.rpartition("}")[2].lower().startswith("on") and not _ELSEWHERE.search(value)
