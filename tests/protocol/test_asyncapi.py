"""``docs/protocol/asyncapi.yaml`` says what ``docs/protocol.md`` says, and hangs together."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from cli.protocol import DOCS, SCHEMAS, check, judge, validator

HERE = DOCS / "protocol"
DOCUMENT: dict[str, Any] = yaml.safe_load((HERE / "asyncapi.yaml").read_text(encoding="utf-8"))
ROOT = "linli/v1/{tenant}/{shard}/{gateway}/"
CHANNELS = {name: each["address"].removeprefix(ROOT) for name, each in DOCUMENT["channels"].items()}


def found(ref: str, at: Path) -> Any:  # noqa: ANN401  # any node of a document
    """What a reference names: a place in this document or a file beside it.  KeyError if none."""
    file, _, place = ref.partition("#")
    node: Any = DOCUMENT if not file else load(at.parent / file)
    if not file and at.suffix == ".json":
        node = load(at)
    for step in filter(None, place.split("/")):
        node = node[step]
    return node


def load(path: Path) -> Any:  # noqa: ANN401  # any document
    return json.loads(path.read_text(encoding="utf-8"))


def references(node: object) -> Iterator[str]:
    match node:
        case {"$ref": str(ref)}:
            yield ref
        case dict():
            for each in node.values():
                yield from references(each)
        case list():
            for each in node:
                yield from references(each)


@pytest.mark.parametrize(
    "path", [HERE / "asyncapi.yaml", *sorted((HERE / "schema").iterdir())], ids=lambda p: p.name
)
def test_every_reference_leads_somewhere(path: Path) -> None:
    document = DOCUMENT if path.suffix == ".yaml" else load(path)
    for ref in references(document):
        assert found(ref, path) is not None, ref


def test_channels_are_the_table_of_topics() -> None:
    text = (DOCS / "protocol.md").read_text(encoding="utf-8")
    table = re.findall(r"^\| `B/([a-z/]+)` \| (box|platform) \|", text, re.MULTILINE)
    assert sorted(topic for topic, _ in table) == sorted(CHANNELS.values()) == sorted(SCHEMAS)
    actions = {"box": "send", "platform": "receive"}
    operations = {
        CHANNELS[each["channel"]["$ref"].rpartition("/")[2]]: each["action"]
        for each in DOCUMENT["operations"].values()
    }
    assert operations == {topic: actions[who] for topic, who in table}


def test_an_operation_speaks_messages_of_its_channel() -> None:
    for operation in DOCUMENT["operations"].values():
        for side in (operation, operation.get("reply")):
            if side is not None:
                channel = side["channel"]["$ref"]
                assert side["messages"]
                for message in side["messages"]:
                    assert message["$ref"].startswith(f"{channel}/messages/")


def test_channels_and_checks_use_the_same_schemas() -> None:
    for name, topic in CHANNELS.items():
        (message,) = DOCUMENT["channels"][name]["messages"].values()
        payload = found(message["$ref"], HERE / "asyncapi.yaml")["payload"]
        assert payload["$ref"] == f"schema/{SCHEMAS[topic]}.json"


def test_only_the_state_is_retained() -> None:
    retained = {
        CHANNELS[each["channel"]["$ref"].rpartition("/")[2]]
        for each in DOCUMENT["operations"].values()
        if each["bindings"]["mqtt"]["retain"]
    }
    assert retained == {"up/state"}
    will = DOCUMENT["servers"]["platform"]["bindings"]["mqtt"]["lastWill"]
    assert check(will["topic"], will["message"].encode(), retain=will["retain"]) == []


EXAMPLES = [
    pytest.param(
        message["payload"]["$ref"].removeprefix("schema/").removesuffix(".json"),
        example["payload"],
        id=f"{name}-{example.get('name', 'example')}",
    )
    for name, message in DOCUMENT["components"]["messages"].items()
    for example in message["examples"]
]


@pytest.mark.parametrize(("schema", "payload"), EXAMPLES)
def test_examples_are_what_they_show(schema: str, payload: dict[str, Any]) -> None:
    assert judge(schema, payload) == []
    assert judge(schema, {**payload, "something_newer": {"deep": [1]}}) == []
    if schema == "command":
        assert judge("command-body", json.loads(payload["body"])) == []


@pytest.mark.parametrize(("schema", "payload"), EXAMPLES)
def test_what_is_required_is_missed(schema: str, payload: dict[str, Any]) -> None:
    required = validator(schema).schema["required"]  # type: ignore[index]  # an object
    for field in required:
        assert judge(schema, {name: value for name, value in payload.items() if name != field})


def test_examples_in_the_text_are_right() -> None:
    """The JSON of docs/protocol.md, its … filled in by nobody: they are texts like any other."""
    text = (DOCS / "protocol.md").read_text(encoding="utf-8")
    blocks = [json.loads(each) for each in re.findall(r"```json\n(.*?)```", text, re.DOTALL)]
    hello, reply, command = blocks
    assert judge("hello", hello) == []
    assert judge("hello-reply", reply | {"renew": None}) == []
    assert {"kid", "alg", "body", "sig"} == set(command)
    inline = [json.loads(each) for each in re.findall(r'`(\{"v":1,[^`…|]*\})`', text)]
    assert any("ranges" in each and judge("ack", each) == [] for each in inline)
    assert any("id" in each and judge("replay", each) == [] for each in inline)


def test_every_schema_is_a_schema() -> None:
    for path in (HERE / "schema").iterdir():
        checker = validator(path.stem)
        checker.check_schema(checker.schema)
        assert load(path)["$id"].endswith(f"/protocol/schema/{path.name}")
