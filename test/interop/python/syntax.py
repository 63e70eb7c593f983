"""Reads Python expressions as JSON texts, one a line, and writes each in a form that shows how it was understood."""

import ast
import json
import sys
import warnings

warnings.simplefilter("ignore")

OPERATORS = {
    ast.Mult: "*", ast.BitAnd: "&", ast.Sub: "-", ast.Add: "+", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%",
    ast.BitOr: "|", ast.BitXor: "^", ast.MatMult: "@", ast.Pow: "**", ast.LShift: "<<", ast.RShift: ">>",
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.In: "in",
    ast.NotIn: "not in", ast.Is: "is", ast.IsNot: "is not", ast.USub: "-", ast.UAdd: "+", ast.Invert: "~", ast.Not: "not",
}


def listed(items):
    return ", ".join("*" + form(item.value) if isinstance(item, ast.Starred) else form(item) for item in items)


def form(node):
    kind = type(node)
    if kind is ast.Constant:
        if node.value is Ellipsis:
            return "..."
        return json.dumps(node.value) if isinstance(node.value, str) else str(node.value)
    if kind is ast.Name:
        return node.id
    if kind is ast.Attribute:
        return f"{form(node.value)}.{node.attr}"
    if kind is ast.Subscript:
        part = node.slice
        if isinstance(part, ast.Slice):
            ends = [form(end) if end else "" for end in (part.lower, part.upper)]
            return f"{form(node.value)}[{':'.join(ends)}]"
        return f"{form(node.value)}[{form(part)}]"
    if kind is ast.Call:
        given = [(arg, listed([arg])) for arg in node.args]
        given += [(word, ("**" if word.arg is None else f"{word.arg}=") + form(word.value)) for word in node.keywords]
        given.sort(key=lambda each: (each[0].lineno, each[0].col_offset))
        return f"{form(node.func)}({', '.join(text for _, text in given)})"
    if kind is ast.UnaryOp:
        return f"({OPERATORS[type(node.op)]} {form(node.operand)})"
    if kind is ast.BinOp:
        return f"({form(node.left)} {OPERATORS[type(node.op)]} {form(node.right)})"
    if kind is ast.BoolOp:
        word = "and" if isinstance(node.op, ast.And) else "or"
        text = form(node.values[0])
        for value in node.values[1:]:
            text = f"({text} {word} {form(value)})"
        return text
    if kind is ast.Compare:
        pairs = [f"{OPERATORS[type(op)]} {form(right)}" for op, right in zip(node.ops, node.comparators)]
        return f"({' '.join([form(node.left), *pairs])})"
    if kind is ast.IfExp:
        return f"({form(node.body)} if {form(node.test)} else {form(node.orelse)})"
    if kind in (ast.List, ast.Tuple, ast.Set):
        return f"{kind.__name__.lower()}[{listed(node.elts)}]"
    if kind is ast.Dict:
        pairs = [("**" if key is None else f"{form(key)}: ") + form(value) for key, value in zip(node.keys, node.values)]
        return f"{{{', '.join(pairs)}}}"
    if kind in (ast.ListComp, ast.DictComp):
        element = f"{form(node.key)}: {form(node.value)}" if kind is ast.DictComp else form(node.elt)
        loops = [" if ".join(form(each) for each in [loop.iter, *loop.ifs]) for loop in node.generators]
        return f"{'dict' if kind is ast.DictComp else 'list'}[{element} over {' over '.join(loops)}]"
    if kind is ast.Lambda:
        names = [argument.arg for argument in node.args.args]
        return f"(lambda {','.join(names)}: {form(node.body)})"
    raise TypeError(kind)


for line in sys.stdin:
    try:
        print(json.dumps(form(ast.parse(f"({json.loads(line)})", mode="eval").body)))
    except SyntaxError:
        print("null")
