"""The grammar of DynamoDB's expressions: from text and #names to a small tree.

Rules: Amazon DynamoDB Developer Guide, "Condition and filter expressions, operators, and functions",
"Update expressions" and "Service quotas" (4 KB an expression, 100 operands of IN).
"""

import re
from collections.abc import Callable, Mapping

from infra.local.expression_tree import Call, Change, Combine, Compare, Condition, Operand, Path, Ref, Sum
from infra.local.reserved_words import RESERVED_WORDS
from infra.local.table_faults import Rejected, invalid

TOKEN = re.compile(r"\s*(?:([A-Za-z_]\w*|[#:]\w+|\d+|<>|<=|>=|[=<>()\[\],.+-])|(\S))", re.ASCII)
EXPRESSION_BYTES = 4096
IN_OPERANDS = 100
COMPARATORS = frozenset(("=", "<>", "<", "<=", ">", ">="))
CONDITION_CALLS = {
    "attribute_exists": 1,
    "attribute_not_exists": 1,
    "attribute_type": 2,
    "begins_with": 2,
    "contains": 2,
}


class Parser:
    """Reads one expression.

    Args:
        kind: DynamoDB's name of the parameter (``ConditionExpression``), for its messages.
        text: The expression.
        names: ExpressionAttributeNames of the request.

    Attributes:
        used_names: The #names met so far.
        used_values: The :values met so far.
    """

    def __init__(self, kind: str, text: str, names: Mapping[str, str]) -> None:
        self.kind = kind
        self.used_names: set[str] = set()
        self.used_values: set[str] = set()
        self._names = names
        self._at = 0
        self._group: Condition | None = None
        if not text.strip():
            raise self.fault("The expression can not be empty;")
        if len(text.encode()) > EXPRESSION_BYTES:
            raise self.fault("Expression size has exceeded the maximum allowed size;")
        self._tokens: list[str] = []
        for match in TOKEN.finditer(text.rstrip()):
            if match[2]:
                raise self.fault(f'Syntax error; token: "{match[2]}", near: "{text}"')
            self._tokens.append(match[1])

    def fault(self, message: str) -> Rejected:
        """Build the refusal of this expression."""
        return invalid(f"Invalid {self.kind}: {message}")

    def peek(self, ahead: int = 0) -> str:
        """Return a coming token, or an empty text at the end."""
        position = self._at + ahead
        return self._tokens[position] if position < len(self._tokens) else ""

    def take(self, wanted: str = "") -> str:
        """Step over the next token; refuse another than the wanted one."""
        token = self.peek()
        if not token or (wanted and token.upper() != wanted):
            raise self.unexpected()
        self._at += 1
        return token

    def unexpected(self) -> Rejected:
        """Build the refusal of the token at hand."""
        near = " ".join(self._tokens[max(0, self._at - 1) : self._at + 2])
        return self.fault(f'Syntax error; token: "{self.peek() or "<EOF>"}", near: "{near}"')

    def sees(self, keyword: str) -> bool:
        """Whether the next token is this keyword, in any case."""
        return self.peek().upper() == keyword

    def end(self) -> None:
        """Refuse anything left over."""
        if self.peek():
            raise self.unexpected()

    def condition(self) -> Condition:
        """Read terms joined by OR, which binds weaker than AND, which binds weaker than NOT."""
        node = self._conjunction()
        while self.sees("OR"):
            self.take()
            node = Combine("OR", (node, self._conjunction()))
        return node

    def _conjunction(self) -> Condition:
        node = self._negation()
        while self.sees("AND"):
            self.take()
            node = Combine("AND", (node, self._negation()))
        return node

    def _negation(self) -> Condition:
        if self.sees("NOT"):
            self.take()
            return Combine("NOT", (self._negation(),))
        if self.peek() != "(":
            return self._test()
        self.take()
        node = self.condition()
        self.take(")")
        if node is self._group:
            raise self.fault("The expression has redundant parentheses;")
        self._group = node
        return node

    def _test(self) -> Condition:
        if self.peek(1) == "(" and self.peek() != "size":
            return self._condition_call()
        left = self.operand()
        if self.sees("BETWEEN"):
            self.take()
            low = self.operand()
            self.take("AND")
            return Compare("BETWEEN", left, (low, self.operand()))
        if self.sees("IN"):
            self.take()
            options = self._arguments(self.operand)
            if len(options) > IN_OPERANDS:
                raise self.fault(f"Too many operands for operator IN; number of operands: {len(options)}")
            return Compare("IN", left, options)
        if self.peek() not in COMPARATORS:
            raise self.unexpected()
        node = Compare(self.take(), left, (self.operand(),))
        if node.left == node.right[0]:
            raise self.fault(
                "The first operand must be distinct from the remaining operands for this operator or function"
            )
        return node

    def _condition_call(self) -> Call:
        function = self.take()
        if function not in CONDITION_CALLS:
            raise self.fault(f"Invalid function name; function: {function}")
        call = self._call(function, CONDITION_CALLS[function], self.operand)
        if not isinstance(call.arguments[0], Path):
            raise self.fault(f"Operator or function requires a document path; operator: {function}")
        return call

    def _call(self, function: str, count: int, argument: Callable[[], Operand]) -> Call:
        arguments = self._arguments(argument)
        if len(arguments) != count:
            raise self.fault(f"Incorrect number of operands for operator or function; operator: {function}")
        return Call(function, arguments)

    def _arguments(self, argument: Callable[[], Operand]) -> tuple[Operand, ...]:
        self.take("(")
        arguments = [argument()]
        while self.peek() == ",":
            self.take()
            arguments.append(argument())
        self.take(")")
        return tuple(arguments)

    def operand(self) -> Operand:
        """Read a path, a :value or ``size(path)``."""
        if self.peek().startswith(":"):
            return self._ref()
        if self.peek() == "size" and self.peek(1) == "(":
            return self._call(self.take(), 1, self.path)
        return self.path()

    def _ref(self) -> Ref:
        name = self.take()
        self.used_values.add(name)
        return Ref(name)

    def path(self) -> Path:
        """Read a document path such as ``a.#b[2]``."""
        parts: list[str | int] = [self._name()]
        while self.peek() in (".", "["):
            if self.take() == ".":
                parts.append(self._name())
                continue
            if not self.peek().isdigit():
                raise self.unexpected()
            parts.append(int(self.take()))
            self.take("]")
        return Path(tuple(parts))

    def _name(self) -> str:
        token = self.peek()
        if token.startswith("#"):
            if token not in self._names:
                raise self.fault(
                    "An expression attribute name used in the document path is not defined; "
                    f"attribute name: {token}"
                )
            self.used_names.add(self.take())
            return self._names[token]
        if not token or not (token[0].isalpha() or token[0] == "_"):
            raise self.unexpected()
        if token.upper() in RESERVED_WORDS:
            raise self.fault(f"Attribute name is a reserved keyword; reserved keyword: {token}")
        return self.take()

    def paths(self) -> tuple[Path, ...]:
        """Read paths separated by commas."""
        found = [self.path()]
        while self.peek() == ",":
            self.take()
            found.append(self.path())
        return tuple(found)

    def update(self) -> tuple[Change, ...]:
        """Read the SET, REMOVE, ADD and DELETE sections, each at most once."""
        changes: list[Change] = []
        seen: set[str] = set()
        while self.peek():
            action = self.take().upper()
            if action not in ("SET", "REMOVE", "ADD", "DELETE"):
                self._at -= 1
                raise self.unexpected()
            if action in seen:
                raise self.fault(f'The "{action}" section can only be used once in an update expression;')
            seen.add(action)
            changes.append(self._change(action))
            while self.peek() == ",":
                self.take()
                changes.append(self._change(action))
        return tuple(changes)

    def _change(self, action: str) -> Change:
        path = self.path()
        if action == "REMOVE":
            return Change(action, path, None)
        if action != "SET":
            return Change(action, path, self._ref() if self.peek().startswith(":") else self.path())
        self.take("=")
        operand = self._assigned()
        if self.peek() in ("+", "-"):
            operand = Sum(self.take(), operand, self._assigned())
        return Change(action, path, operand)

    def _assigned(self) -> Operand:
        if self.peek() == "(":
            self.take()
            inner = self._assigned()
            if self.peek() in ("+", "-"):
                inner = Sum(self.take(), inner, self._assigned())
            self.take(")")
            return inner
        if self.peek(1) != "(":
            return self._ref() if self.peek().startswith(":") else self.path()
        function = self.take()
        if function not in ("if_not_exists", "list_append"):
            raise self.fault(f"Invalid function name; function: {function}")
        call = self._call(function, 2, self._assigned)
        if function == "if_not_exists" and not isinstance(call.arguments[0], Path):
            raise self.fault("Operator or function requires a document path; operator: if_not_exists")
        return call
