"""An EAF document as it stands: what of it bears on annotations, in one pass over its XML.

Not through pympi, which writes these files here: it opens a path and parses it with no guard
against entities, keeps the last of two tiers or annotations of one name, fails on ids without
digits and where optional attributes are missing, and leaves out which entry of a vocabulary an
annotation refers to.
"""

from collections.abc import Callable, Mapping, Sized
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from bodycam_annotator.exchange.format import Source
from bodycam_annotator.exchange.tiers import MOST_TAGS, MOST_TIERS

_MOST_MEDIA = 100
_DEEPEST = 32
"""Elements of EAF lie in at most 6 others."""


@dataclass
class Annotation:
    """`begin` and `end` are time slots; blank where it refers to `parent`, another annotation."""

    id: str
    begin: str
    end: str
    parent: str
    value: str = ""


@dataclass
class EafTier:
    name: str
    type: str
    participant: str
    annotator: str
    annotations: list[Annotation] = field(default_factory=list)


@dataclass
class EafDocument:
    """`slots` are the time slots' values as texts, None where a slot has no time. `vocabularies`
    are the entries of each controlled vocabulary, `vocabulary_of` its id by the tiers' type."""

    units: str = "milliseconds"
    media: list[Mapping[str, str]] = field(default_factory=list)
    properties: list[tuple[str, str]] = field(default_factory=list)
    slots: dict[str, str | None] = field(default_factory=dict)
    tiers: list[EafTier] = field(default_factory=list)
    vocabularies: dict[str, set[str]] = field(default_factory=dict)
    vocabulary_of: dict[str, str] = field(default_factory=dict)


def read_document(source: Source) -> EafDocument:
    """Raises `ExchangeError` that says where the file is no EAF, or is not as ELAN writes it."""
    target = _Target(source)
    try:
        parser = DefusedXMLParser(target=target, forbid_dtd=True)
        parser.feed(source.data)
        parser.close()
    except DefusedXmlException:
        source.refuse(
            "it declares a document type or entities, which ELAN does not write and which can be "
            "used to attack; it is not read"
        )
    except (ParseError, LookupError, ValueError) as error:
        source.refuse(f"it is not XML: {error}; open it in ELAN, save it and import that")
    return target.document


class _Target:
    """Takes the parser's events; what does not bear on annotations is never kept."""

    def __init__(self, source: Source) -> None:
        self.document = EafDocument()
        self._source = source
        self._depth = 0
        self._text: list[str] | None = None
        self._property = ""
        self._vocabulary: set[str] = set()
        self._ids: set[str] = set()
        self._valued = ""
        self._on: dict[str, Callable[[dict[str, str]], None]] = {
            "HEADER": self._header,
            "MEDIA_DESCRIPTOR": self._medium,
            "PROPERTY": self._begin_property,
            "TIME_SLOT": self._slot,
            "TIER": self._tier,
            "ALIGNABLE_ANNOTATION": self._annotation,
            "REF_ANNOTATION": self._annotation,
            "ANNOTATION_VALUE": self._begin_value,
            "LINGUISTIC_TYPE": self._type,
            "CONTROLLED_VOCABULARY": self._begin_vocabulary,
            "CV_ENTRY": self._begin_text,
            "CVE_VALUE": self._begin_text,
        }

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            self._source.refuse(f"its elements are nested more than {_DEEPEST} deep")
        if self._depth == 1 and tag != "ANNOTATION_DOCUMENT":
            self._source.refuse(f"it is no annotation document of ELAN: it begins with {tag[:60]}")
        on = self._on.get(tag)
        if on is not None:
            on(attributes)

    def data(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def end(self, tag: str) -> None:
        self._depth -= 1
        if self._text is None or tag not in _TEXTS:
            return
        text, self._text = "".join(self._text), None
        if tag == "PROPERTY":
            self.document.properties.append((self._property, text))
        elif tag == "ANNOTATION_VALUE":
            self._value(text)
        elif text.strip():
            self._vocabulary.add(text.strip())

    def close(self) -> None:
        pass

    def _header(self, attributes: dict[str, str]) -> None:
        self.document.units = attributes.get("TIME_UNITS", self.document.units)

    def _medium(self, attributes: dict[str, str]) -> None:
        self.document.media.append(attributes)
        self._refuse_more(self.document.media, _MOST_MEDIA, "media")

    def _begin_property(self, attributes: dict[str, str]) -> None:
        self._property, self._text = attributes.get("NAME", ""), []

    def _begin_value(self, attributes: dict[str, str]) -> None:
        tiers = self.document.tiers
        if tiers and tiers[-1].annotations:
            one = tiers[-1].annotations[-1]
            if one.id == self._valued:
                self._source.refuse(
                    "it has two values; open it in ELAN, keep one and save it",
                    where=place(tiers[-1], one),
                )
            self._valued = one.id
        self._begin_text(attributes)

    def _begin_text(self, _attributes: dict[str, str]) -> None:
        self._text = []

    def _slot(self, attributes: dict[str, str]) -> None:
        slot = self._needed(attributes, "TIME_SLOT_ID", "a time slot")
        if slot in self.document.slots:
            self._source.refuse("two time slots have this id", where=f"time slot {slot[:60]}")
        self.document.slots[slot] = attributes.get("TIME_VALUE")

    def _tier(self, attributes: dict[str, str]) -> None:
        self.document.tiers.append(
            EafTier(
                name=self._needed(attributes, "TIER_ID", "a tier"),
                type=attributes.get("LINGUISTIC_TYPE_REF", ""),
                participant=attributes.get("PARTICIPANT", ""),
                annotator=attributes.get("ANNOTATOR", ""),
            )
        )
        self._refuse_more(self.document.tiers, MOST_TIERS, "tiers")

    def _annotation(self, attributes: dict[str, str]) -> None:
        if not self.document.tiers:
            self._source.refuse("there is an annotation that is on no tier")
        tier = self.document.tiers[-1]
        what = f"an annotation of tier {tier.name[:60]}"
        one = Annotation(
            id=self._needed(attributes, "ANNOTATION_ID", what),
            begin=attributes.get("TIME_SLOT_REF1", ""),
            end=attributes.get("TIME_SLOT_REF2", ""),
            parent=attributes.get("ANNOTATION_REF", ""),
        )
        if not one.parent and not (one.begin and one.end):
            self._source.refuse("it has neither times nor a parent", where=place(tier, one))
        if one.id in self._ids:
            self._source.refuse("two annotations have this id", where=place(tier, one))
        self._ids.add(one.id)
        self._refuse_more(self._ids, MOST_TAGS, "annotations")
        tier.annotations.append(one)

    def _value(self, text: str) -> None:
        if self.document.tiers and self.document.tiers[-1].annotations:
            self.document.tiers[-1].annotations[-1].value = text

    def _type(self, attributes: dict[str, str]) -> None:
        vocabulary = attributes.get("CONTROLLED_VOCABULARY_REF")
        if vocabulary:
            name = attributes.get("LINGUISTIC_TYPE_ID", "")
            self.document.vocabulary_of[name] = vocabulary

    def _begin_vocabulary(self, attributes: dict[str, str]) -> None:
        self._vocabulary = self.document.vocabularies.setdefault(attributes.get("CV_ID", ""), set())

    def _refuse_more(self, these: Sized, most: int, what: str) -> None:
        if len(these) > most:
            self._source.refuse(f"it has more than {most} {what}; split it and import the parts")

    def _needed(self, attributes: Mapping[str, Any], name: str, what: str) -> str:
        value = attributes.get(name)
        if not value:
            self._source.refuse(f"{what} has no {name}")
        return str(value)


_TEXTS = frozenset({"PROPERTY", "ANNOTATION_VALUE", "CV_ENTRY", "CVE_VALUE"})


def place(tier: EafTier, annotation: Annotation) -> str:
    """`tier Speech, annotation a12`"""
    return f"tier {tier.name[:60]}, annotation {annotation.id[:60]}"
