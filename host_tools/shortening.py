# SPDX-License-Identifier: MIT
"""Shortening: names that only their own module can see, written with a letter in the image.

MicroPython keeps every name it meets in a table in RAM that doubles when it is full, in one
piece; private names and those of arguments fill a third of it. `_state` becomes `_a` in one
module and `_c` in another, so all of them share a few names; the first argument of a function
becomes `a`, unless somebody gives it by its name. The image comes with a list of what was
what, for whoever reads a traceback of a phone.
"""

import ast
import re
import string

_PRIVATE = re.compile(r"_[a-z][A-Za-z0-9_]*$")
_CONSTANT = re.compile(r"_[A-Z][A-Z0-9_]*$")
_SHORT = ["_" + letter for letter in string.ascii_letters]


class ShorteningError(Exception):
    """A module in which a shorter name would mean something else."""


def shorten(sources, users=()):
    """-> (dict like `sources`: module to text, dict: module to {short: long}).

    users  texts of programs that call these modules, and may give arguments by name
    """
    texts, names = {}, {}
    trees = {module: ast.parse(text) for module, text in sources.items()}
    given = set()
    for tree in (*trees.values(), *map(ast.parse, users)):
        given |= _given_in(tree)
    for module, tree in trees.items():
        _check_bases(module, tree, sources)
        texts[module], names[module] = _shortened(_with_short_arguments(sources[module], tree, given))
    return texts, names


def _given_in(tree):
    """-> the names by which arguments may be given: with a call, or with the dict behind its two stars."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword):
            found.add(node.arg)
        elif isinstance(node, ast.Dict):
            found.update(key.value for key in node.keys
                         if isinstance(key, ast.Constant) and isinstance(key.value, str))
    return found


def _with_short_arguments(text, tree, given):
    """-> text. given: names by which arguments are given somewhere."""
    edits = []
    for function in _outermost_functions(tree):
        inside = list(ast.walk(function))
        arguments = [node for node in inside if isinstance(node, ast.arg)]
        kept = given | _bound_otherwise(inside)
        used = {node.id for node in inside if isinstance(node, ast.Name)} | {node.arg for node in arguments}
        free = (letter for letter in string.ascii_letters if letter not in used)
        new = {}
        for node in arguments:
            if len(node.arg) > 1 and node.arg != "self" and node.arg not in kept and node.arg not in new:
                new[node.arg] = next(free)
        # The same in the functions within it, whose arguments may be these.
        edits += [(node, node.arg, new[node.arg]) for node in arguments if node.arg in new]
        edits += [(node, node.id, new[node.id]) for node in inside
                  if isinstance(node, ast.Name) and node.id in new]
        for node in inside:
            if isinstance(node, (ast.Global, ast.Nonlocal)) and set(node.names) & set(new):
                raise ShorteningError("%s: an argument is nonlocal" % function.name)
    return _edited(text, edits)


def _bound_otherwise(nodes):
    """-> names that are given where no expression stands: by an except, an import, a function or class."""
    found = set()
    for node in nodes:
        if isinstance(node, (ast.ExceptHandler, ast.FunctionDef, ast.ClassDef)):
            found.add(node.name)
        elif isinstance(node, ast.alias):
            found.add(node.asname or node.name.split(".")[0])
    return found


def _outermost_functions(tree):
    """Yield the functions that are in no other."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, (ast.FunctionDef, ast.Lambda)):
            yield node
        else:
            yield from _outermost_functions(node)


def _shortened(text):
    tree = ast.parse(text)
    constants = _constants(tree)
    count = {}
    for _, name in _places(tree, constants):
        count[name] = count.get(name, 0) + 1
    # The commonest names get the first letters: those are the ones most modules share.
    wanted = sorted(count, key=lambda name: (-count[name], name))
    used = _identifiers(tree)
    free = [short for short in _SHORT if short not in used]
    free += ["_%s%s" % (first[1], second[1]) for first in _SHORT for second in _SHORT]
    new = dict(zip([name for name in wanted if len(name) > 2], free))
    edits = [(node, name, new[name]) for node, name in _places(tree, constants) if name in new]
    return _edited(text, edits), {short: long for long, short in new.items()}


def _constants(tree):
    """-> the private constants of a module but for numbers of const(), which have no name later."""
    found = set()
    for node in tree.body:
        is_const = isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) \
            and isinstance(node.value.func, ast.Name) and node.value.func.id == "const"
        if isinstance(node, ast.Assign) and not is_const:
            found |= {target.id for target in node.targets
                      if isinstance(target, ast.Name) and _CONSTANT.match(target.id)}
    return found


def _places(tree, constants):
    """Yield (node, name) wherever a private name of the module stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and _PRIVATE.match(node.attr):
            yield node, node.attr
        elif isinstance(node, ast.FunctionDef) and _PRIVATE.match(node.name):
            yield node, node.name
        elif isinstance(node, ast.ClassDef) and re.match(r"_[A-Za-z]", node.name):
            yield node, node.name
        elif isinstance(node, ast.Name) and (
                _PRIVATE.match(node.id) or re.match(r"_[A-Z][a-z]", node.id) or node.id in constants):
            yield node, node.id
        elif isinstance(node, ast.alias) and node.asname and _PRIVATE.match(node.asname):
            yield node, node.asname


def _identifiers(tree):
    """-> set of all names in a module: constants like _M must not meet a short name."""
    found = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    found |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return found | {node.name for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.ClassDef))}


def _check_bases(module, tree, sources):
    imported = {alias.asname or alias.name for node in ast.walk(tree)
                if isinstance(node, ast.ImportFrom) and node.module in sources for alias in node.names}
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            for base in node.bases:
                if isinstance(base, ast.Name) and base.id in imported:
                    raise ShorteningError("%s.%s inherits from another module" % (module, node.name))


def _edited(text, edits):
    lines = text.encode().split(b"\n")
    places = []
    for node, name, short in edits:
        line = node.lineno - 1
        if isinstance(node, ast.Attribute):
            line = node.end_lineno - 1
            at = node.end_col_offset - len(name)
        elif isinstance(node, ast.alias):
            line = node.end_lineno - 1
            at = node.end_col_offset - len(name)
        elif isinstance(node, (ast.Name, ast.arg)):
            at = node.col_offset
        else:                               # "def name(" or "class name"
            at = lines[line].index(name.encode(), node.col_offset)
        places.append((line, at, name, short))
    for line, at, name, short in sorted(set(places), reverse=True):
        data = lines[line]
        assert data[at:at + len(name)] == name.encode(), (line, name)
        lines[line] = data[:at] + short.encode() + data[at + len(name):]
    return b"\n".join(lines).decode()
