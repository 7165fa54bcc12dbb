"""What people build themselves."""

from agent.model.messages import Message, Reading
from tests.conformance.card import Card, Claim


class Lines(Card):
    """Its frames say which quantity they hold."""

    def claim(self, message: Message) -> Claim:
        if isinstance(message, Reading):
            return {"quantity": message.quantity, "value": message.value}
        return {}


CARDS = (
    Lines(
        driver="jsonl",
        least=8,
        unchecked="no check in the line: it must be whole JSON with a known quantity and unit",
    ),
)
