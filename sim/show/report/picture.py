"""Figures as part of an HTML page: text that stays text, names of their own, nothing a browser has to fetch."""

from __future__ import annotations

import io
import re
from xml.etree import ElementTree

import matplotlib
from markupsafe import Markup
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from sim.show.report.page import Picture

__all__ = ["picture"]

_MARGIN = 0.08  # inches above and below the drawing
_DIGITS = re.compile(r"-?\d+\.\d{3,}")
_FAMILY = re.compile(r"font-family:[^;]*;?\s*")
_FONT = re.compile(r"font:\s*(?:(italic|oblique)\s+)?(?:(\d+|bold)\s+)?([\d.]+px)\s+[^;]*")
_NUMERIC = ("d", "x", "y", "transform", "viewBox", "points", "width", "height", "x1", "x2", "y1", "y2")


def picture(name: str, figure: Figure, description: str) -> Picture:
    """A figure as it stands in the page.

    The chart's heading becomes text of the page, where it can wrap; the drawing keeps its full width, so that
    letters have one size on all figures, and loses what is empty above and below.

    Args:
        name: Unlike that of any other figure of the page; names inside the drawing begin with it.
        figure: What a chart function returned.
        description: What can be seen, for those who cannot.

    Returns:
        The picture.
    """
    title, note = (_taken(figure, gid) for gid in ("title", "subtitle"))
    for text in figure.findobj(Text):
        text.set_parse_math(False)  # a dollar sign is money
    root = ElementTree.fromstring(_svg(figure))
    _made_own(root, name)
    return Picture(title, note, description, _described(root, name, title, description))


def _taken(figure: Figure, gid: str) -> str:
    """The text of a heading, which the drawing then does without."""
    found = [text for text in figure.findobj(Text) if text.get_gid() == gid]
    for text in found:
        text.set_visible(False)
    return " ".join(text.get_text() for text in found)


def _svg(figure: Figure) -> bytes:
    """The drawing at its full width, cut to what is drawn."""
    # Type as text is small and can be enlarged; nothing depends on the day or on chance.
    with matplotlib.rc_context({"svg.hashsalt": "relay", "svg.fonttype": "none", "text.parse_math": False}):
        figure.canvas.draw()
        drawn = figure.get_tightbbox()
        width, height = figure.get_size_inches()
        low, high = max(drawn.y0 - _MARGIN, 0.0), min(drawn.y1 + _MARGIN, height)
        file = io.BytesIO()
        figure.savefig(
            file, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None},
            bbox_inches=Bbox([[0.0, low], [width, high]]),
        )  # fmt: skip
    return file.getvalue()


def _made_own(root: ElementTree.Element, name: str) -> None:
    """Make the drawing fit to live beside others: short numbers, no style sheet, names with a prefix."""
    used = set(re.findall(r"#([\w.-]+)", ElementTree.tostring(root, encoding="unicode")))
    for parent in root.iter():
        parent.tag = parent.tag.rpartition("}")[2]
        for child in list(parent):
            if child.tag.rpartition("}")[2] in ("metadata", "style"):
                parent.remove(child)
    for element in root.iter():
        for key, value in list(element.attrib.items()):
            del element.attrib[key]
            plain = key.rpartition("}")[2]
            if plain == "id" and value not in used:
                continue
            element.attrib[plain] = _value(plain, value, name)
        if element.tag != "text" and element.text is not None:
            element.text = element.text.strip() or None
        element.tail = None


def _value(key: str, value: str, name: str) -> str:
    if key == "id":
        return f"{name}-{value}"
    if key == "href":
        value = value.replace("#", f"#{name}-")
    value = value.replace("url(#", f"url(#{name}-")
    if key == "style":
        value = _FONT.sub(_longhand, _FAMILY.sub("", value)).strip()
    if key in _NUMERIC:
        value = _DIGITS.sub(lambda found: f"{float(found[0]):.2f}".rstrip("0").rstrip("."), value)
        value = re.sub(r"\s+", " ", value).strip()
    return value


def _longhand(found: re.Match[str]) -> str:
    slant, weight, size = found.groups()
    wanted = {"font-style": slant, "font-weight": weight, "font-size": size}
    return "; ".join(f"{key}: {value}" for key, value in wanted.items() if value)


def _described(root: ElementTree.Element, name: str, title: str, description: str) -> Markup:
    """The drawing as markup, named and described."""
    for key in ("width", "height", "version"):
        root.attrib.pop(key, None)
    spoken = {"title": title, "desc": description}
    for place, (tag, text) in enumerate(spoken.items()):
        element = ElementTree.Element(tag, {"id": f"{name}-{tag}"})
        element.text = text
        root.insert(place, element)
    about = {
        "class": "chart",
        "role": "img",
        "aria-labelledby": f"{name}-title",
        "aria-describedby": f"{name}-desc",
    }
    root.attrib.update(about)
    return Markup(ElementTree.tostring(root, encoding="unicode"))
