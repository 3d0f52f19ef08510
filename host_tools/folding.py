# SPDX-License-Identifier: MIT
"""Folding: constants of one module written as numbers into the modules that import them.

MicroPython's const() does this inside a module. Across modules each public constant costs
the chip its name and a place in two dictionaries, and each use a search in one of them; all
that a reader gains from the names stays in the sources. Lines keep their numbers.

    from sip.grammar import BYE, INVITE, method_of      from sip.grammar import method_of
    if method == BYE: ...                               if method == 3: ...
"""

import ast
import re

_PUBLIC = re.compile(r"[A-Z][A-Z0-9_]*$")


def fold(sources):
    """-> dict like `sources`: dotted module name to text, with the constants folded."""
    trees = {name: ast.parse(text) for name, text in sources.items()}
    constants = {name: _constants(tree) for name, tree in trees.items()}
    return {name: _folded(name, sources[name], trees[name], constants) for name in sources}


def _constants(tree):
    """-> dict of the public integer constants of a module, each assigned once, to their values."""
    found = {}
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    stored = [node.id for node in names if isinstance(node.ctx, ast.Store)]
    for node in tree.body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            value = _integer(node.value)
            if _PUBLIC.match(name) and value is not None and stored.count(name) == 1:
                found[name] = value
    return found


def _integer(node):
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "const":
        node = node.args[0]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        number = _integer(node.operand)
        return None if number is None else -number
    if isinstance(node, ast.Constant) and type(node.value) is int:
        return node.value
    return None


def _folded(module, text, tree, constants):
    names = dict(constants[module])         # name here -> number
    modules = {}                            # name here -> module
    imports = []                            # (node, aliases that stay)
    edits = []                              # (node, new text)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            imports.append((node, _read_import(node, constants, names, modules)))
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) \
                and node.targets[0].id in constants[module]:
            edits.append((node, "pass"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in names:
            edits.append((node, _written(names[node.id])))
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            other = constants.get(modules.get(node.value.id), {})
            if node.attr in other:
                edits.append((node, _written(other[node.attr])))
    folded = {id(node.value): node.value.id for node, _ in edits if isinstance(node, ast.Attribute)}
    needed = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and id(node) not in folded}
    for node, aliases in imports:
        # A module of which only constants were wanted need not be loaded.
        dropped = set(folded.values()) - needed
        kept = [alias for alias in aliases if (alias.asname or alias.name) not in dropped]
        if len(kept) < len(node.names):
            edits.append((node, ast.unparse(ast.ImportFrom(node.module, kept, 0)) if kept else "pass"))
    return _edited(text, edits)


def _written(number):
    """-> str that means the number wherever its name stood: -1 ** 2 is -(1 ** 2)."""
    return "(%d)" % number if number < 0 else str(number)


def _read_import(node, constants, names, modules):
    """Take the constants out of one import, and see which modules it gives a name. -> the other aliases."""
    kept = []
    for alias in node.names:
        here = alias.asname or alias.name
        if alias.name in constants.get(node.module, {}):
            names[here] = constants[node.module][alias.name]
            continue
        kept.append(alias)
        if node.module + "." + alias.name in constants:
            modules[here] = node.module + "." + alias.name
    return kept


def _edited(text, edits):
    """-> text with the nodes replaced, from the end on, and as many lines as before."""
    lines = text.encode().split(b"\n")      # columns of the tree count bytes
    for node, new in sorted(edits, key=lambda edit: (edit[0].lineno, edit[0].col_offset), reverse=True):
        first, last = node.lineno - 1, node.end_lineno - 1
        tail = lines[last][node.end_col_offset:]
        head = lines[first][:node.col_offset]
        lines[first:last + 1] = [head + new.encode() + tail] + [b""] * (last - first)
    return b"\n".join(lines).decode()
