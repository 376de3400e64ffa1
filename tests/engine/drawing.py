"""A small writer of diagrams for tests: nodes as functions, arrows as words."""

from __future__ import annotations

from itertools import pairwise

from workflow_app.engine.diagrams import Definition, load_definition

HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t" '
    'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core">'
)
MESSAGES = ("withdraw", "enquire", "answer")


def node(kind: str, name: str, inside: str = "", /, **attributes: str) -> str:
    written = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f'<bpmn:{kind} id="{name}"{written}>{inside}</bpmn:{kind}>'


def start(name: str = "s") -> str:
    return node("startEvent", name)


def end(name: str = "e") -> str:
    return node("endEvent", name)


def user(name: str) -> str:
    return node("userTask", name)


def service(name: str, **parameters: str) -> str:
    """A service task that calls the service of its own name."""
    given = "".join(f'<spiffworkflow:parameter id="{k}" type="str" value="{v}"/>' for k, v in parameters.items())
    operator = f'<spiffworkflow:serviceTaskOperator id="step.{name}"><spiffworkflow:parameters>{given}'
    closing = "</spiffworkflow:parameters></spiffworkflow:serviceTaskOperator>"
    return node("serviceTask", name, f"<bpmn:extensionElements>{operator}{closing}</bpmn:extensionElements>")


def choice(name: str, default: str) -> str:
    return node("exclusiveGateway", name, default=f"{name}__{default}")


def fork(name: str) -> str:
    return node("parallelGateway", name)


def event_gateway(name: str) -> str:
    return node("eventBasedGateway", name)


def clock(key: str) -> str:
    return f"<bpmn:timerEventDefinition><bpmn:timeDate>{key}</bpmn:timeDate></bpmn:timerEventDefinition>"


def told(message: str) -> str:
    return f'<bpmn:messageEventDefinition messageRef="{message}"/>'


def timer(name: str, *, on: str, key: str, interrupting: bool) -> str:
    return node("boundaryEvent", name, clock(key), attachedToRef=on, cancelActivity=str(interrupting).lower())


def message(name: str, *, on: str, about: str = "withdraw", interrupting: bool = True) -> str:
    return node("boundaryEvent", name, told(about), attachedToRef=on, cancelActivity=str(interrupting).lower())


def catch(name: str, event: str) -> str:
    return node("intermediateCatchEvent", name, event)


def subprocess(name: str, *body: str) -> str:
    return node("subProcess", name, "".join(body))


def arrows(*chains: str, **conditions: str) -> str:
    """`"a b c"` draws a→b→c; a keyword `a__b="expression"` puts a condition on that arrow."""
    edges = dict.fromkeys(edge for chain in chains for edge in pairwise(chain.split()))
    return "".join(_arrow(a, b, conditions.get(f"{a}__{b}")) for a, b in edges)


def _arrow(source: str, target: str, condition: str | None) -> str:
    inside = f"<bpmn:conditionExpression>{condition}</bpmn:conditionExpression>" if condition else ""
    return node("sequenceFlow", f"{source}__{target}", inside, sourceRef=source, targetRef=target)


def source(*body: str, name: str = "p") -> bytes:
    messages = "".join(f'<bpmn:message id="{m}" name="{m}"/>' for m in MESSAGES)
    return f"{HEAD}{messages}{node('process', name, ''.join(body), isExecutable='true')}</bpmn:definitions>".encode()


def diagram(*body: str) -> Definition:
    return load_definition(source(*body), "p")
