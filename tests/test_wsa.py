"""WS-Addressing headers."""

from __future__ import annotations

from lxml import etree
from twisted.trial.unittest import SynchronousTestCase

from ZSI.names import WSA, WSA_200408
from ZSI.wsa import Addressing, read_addressing, reply_headers


def blocks(namespace: str, *texts: str) -> list[etree._Element]:
    return [etree.fromstring(text.replace("NS", namespace)) for text in texts]


class ReadTests(SynchronousTestCase):
    """What a message says of itself."""

    def test_all_properties(self) -> None:
        """Action, MessageID, To and the address of ReplyTo."""
        found = read_addressing(
            blocks(
                WSA,
                '<a:Action xmlns:a="NS"> urn:do </a:Action>',
                '<a:MessageID xmlns:a="NS">urn:1</a:MessageID>',
                '<a:To xmlns:a="NS">http://here/</a:To>',
                '<a:ReplyTo xmlns:a="NS"><a:Address>http://back/</a:Address></a:ReplyTo>',
            )
        )
        self.assertEqual(found, Addressing(WSA, "urn:1", "urn:do", "http://here/", "http://back/"))

    def test_drafts(self) -> None:
        """The drafts' blocks are read in the same way."""
        found = read_addressing(blocks(WSA_200408, '<Action xmlns="NS">urn:do</Action>'))
        assert found is not None
        self.assertEqual((found.namespace, found.action), (WSA_200408, "urn:do"))

    def test_none(self) -> None:
        """Other blocks say nothing."""
        self.assertIsNone(read_addressing(blocks("urn:other", '<Action xmlns="NS">x</Action>')))

    def test_one_version_only(self) -> None:
        """Blocks of another version than the first are left alone."""
        found = read_addressing(
            blocks(WSA, '<MessageID xmlns="NS">urn:1</MessageID>')
            + blocks(WSA_200408, '<Action xmlns="NS">urn:do</Action>')
        )
        assert found is not None
        self.assertIsNone(found.action)


class ReplyTests(SynchronousTestCase):
    """What a reply answers."""

    def test_well_formed_and_related(self) -> None:
        """RelatesTo carries the request's identifier, whatever is in it."""
        text = reply_headers(Addressing(WSA, "urn:<1>&"), "urn:done", "urn:2")
        root = etree.fromstring(f"<r>{text}</r>")
        self.assertEqual(
            {child.tag: child.text for child in root},
            {
                f"{{{WSA}}}Action": "urn:done",
                f"{{{WSA}}}MessageID": "urn:2",
                f"{{{WSA}}}RelatesTo": "urn:<1>&",
            },
        )
