"""Telling people."""

from tests.conformance.card import Card, Misbehaviour, fields_of

PHONE = "+8613800138000"

CARDS: tuple[Card, ...] = (
    Card(
        driver="modem",
        act=("sms", {"to": PHONE, "text": "三号边坡位移超限，请立即撤离。"}),
        told="sms",
        claims={"sms_delivered": fields_of("reference")},
        least=3,
        seconds=90.0,
        unchecked="lines of AT text have no check; a modem hangs on USB, which has",
        stale="a delivery is worth knowing of however late",
        misbehaves=(
            Misbehaviour("after power-up the SIM is busy for a minute", {"busy_s": 60.0}),
            Misbehaviour("the network takes its time", {"send_s": 25.0}),
            Misbehaviour("there are no delivery reports", {"report_s": 0.0}),
            Misbehaviour("a data card may not send to people", {"refuses": 50}),
            Misbehaviour("only LTE is there", {"lte_only": True}),
            Misbehaviour("no notices are mixed in", {"chatter": "none"}),
        ),
    ),
    Card(
        driver="led-display",
        address=1,
        act=("show", {"text": "3.2 公斤"}),
        told="show",
        least=0,
        misbehaves=(Misbehaviour("busy for a second after each text", {"busy_s": 1.0}),),
    ),
    Card(
        driver="speech",
        act=("say", {"text": "请走好"}),
        told="say",
        least=0,
        unchecked="an answer is one byte without a check",
        misbehaves=(
            Misbehaviour("one byte answers a question", {"acknowledges": False}),
            Misbehaviour("it speaks slowly", {"character_s": 1.0}),
            Misbehaviour("XFS5152CE has no check", {"chip": "xfs5152"}, {"chip": "xfs5152"}),
        ),
    ),
)
