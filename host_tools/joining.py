# SPDX-License-Identifier: MIT
"""Joining: modules that are never loaded one without the other, written as one in the image.

Each module costs the chip an object, a dictionary, three names and a copy of all that it
imports. Modules of one package that boot loads together, or that the same import inside of
a function loads, cost that once when they are one; what is loaded late is as late as before.

    sip/dialog.py, sip/caller.py, sip/call.py ...   ->   sip/call.mpy, by the name of who is asked for

A name of a module that another one in the same place has too becomes a short one. The list
that comes with the image tells where each module begins, for whoever reads a traceback.
"""

import ast

from host_tools.joint import Joint, JoiningError, bound, read, rewritten

__all__ = ["BOOT", "JoiningError", "join"]

BOOT = "assembly"               # what it imports is loaded together

_ALONE = ("boards", "kernels")  # drivers are a board's choice; kernels are chosen when they are imported


def join(sources, users=()):
    """-> (dict of the modules that are left, and of users: name to text; dict: module to what it holds).

    sources  dict: dotted name to text, of all that can be loaded together
    users    names in it of programs, which call the others and stay as they are
    What it holds: list of (first line, old name, dict: name here to name there), of joined modules.
    """
    modules = {name: _Module(name, text, sources) for name, text in sources.items()}
    groups = _groups({name: module for name, module in modules.items() if name not in users})
    homes = {name: home for home, group in groups.items() for name in group}
    joints = {home: Joint(home, group, modules) for home, group in groups.items()}
    texts, places = {}, {}
    for name in sources:
        if name not in homes:
            texts[name] = rewritten(modules[name], None, modules, homes, joints)
    for home, joint in joints.items():
        texts[home], places[home] = joint.text(modules, homes, joints)
    _check_order(texts, places)
    return texts, places


def _check_order(texts, joined):
    """Raises JoiningError when two modules, one of them joined, need each other to be loaded."""
    modules = {name: _Module(name, text, texts) for name, text in texts.items()}
    for name in joined:
        for other in modules[name].early:
            if name in _reach(other, modules):
                raise JoiningError("%s and %s would import each other" % (name, other))


# Which modules are joined


def _groups(modules):
    """-> dict: name of the joined module to those of its parts, each after those that it imports."""
    late = {name for module in modules.values() for name in module.late if name in modules}
    early = {name for module in modules.values() for name in module.early}
    roots = late | (set(modules) - early)
    reached = {root: _reach(root, modules) for root in roots}
    at_boot = _reach(BOOT, modules)
    handed = {name for module in modules.values() for name in module.handed}
    groups = {}
    for name in _in_order(modules):
        package = name.partition(".")[0]
        if package == name or package in _ALONE or name in handed or not modules[name].is_simple:
            continue
        when = BOOT if name in at_boot else tuple(sorted(root for root in roots if name in reached[root]))
        groups.setdefault((package, when), []).append(name)
    found = {}
    for (package, when), group in groups.items():
        if len(group) > 1:
            name = _home(package, when, group)
            found[group[-1] if name in found or name in modules and name not in group else name] = group
    return found


def _home(package, when, group):
    """-> name for a group: by what loads it."""
    if when == BOOT:
        return package + ".boot"
    own = [root for root in when if root in group]
    return own[0] if own else "%s.%s" % (package, when[0].rpartition(".")[2])


def _reach(root, modules):
    """-> names of all modules that are loaded with one."""
    found, left = set(), [root]
    while left:
        name = left.pop()
        if name in modules and name not in found:
            found.add(name)
            left += modules[name].early
    return found


def _in_order(modules):
    """-> names, each after those that it imports."""
    order = []

    def visit(name):
        for other in sorted(modules[name].early):
            if other in modules and other not in order and other != name:
                visit(other)
        if name not in order:
            order.append(name)

    for name in sorted(modules):
        visit(name)
    return order


# One module, read


class _Module:
    """
    early, late   names of the modules it imports with itself, and in functions
    handed        modules that it hands on as objects
    is_simple     its imports stand at the top, or in functions
    defined       names that it binds itself, in order
    imports       of its top: dict: name here to (module, name there), "" for the module itself
    """

    def __init__(self, name, text, known):
        self.name = name
        self.text = text
        self.known = known
        self.tree = ast.parse(text)
        self.imports = {}
        statements = [node for node in self.tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
        for node in statements:
            self.imports.update(read(node, known))
        nodes = list(ast.walk(self.tree))
        functions = [node for node in nodes if isinstance(node, (ast.FunctionDef, ast.Lambda))]
        inside = {id(node) for function in functions for node in ast.walk(function)}
        everywhere = [node for node in nodes if isinstance(node, (ast.Import, ast.ImportFrom))]
        self.early, self.late = (
            {module for node in everywhere if (id(node) in inside) is is_late
             for module, _ in read(node, known).values() if module in known} for is_late in (False, True))
        as_modules = {here: module for node in everywhere
                      for here, (module, name) in read(node, known).items() if not name}
        bases = {id(node.value) for node in nodes if isinstance(node, ast.Attribute)}
        self.handed = {as_modules[node.id] for node in nodes
                       if isinstance(node, ast.Name) and node.id in as_modules and id(node) not in bases}
        self.is_simple = all(node in statements or id(node) in inside for node in everywhere)
        self.defined = [found for found in bound(self.tree.body) if found not in self.imports]
        # Names of const() are gone when the compiler is done: they cost nothing, however long.
        self.constants = {
            node.targets[0].id for node in self.tree.body
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
            and node.targets[0].id[0] == "_" and isinstance(node.value, ast.Call)
            and isinstance(node.value.func, ast.Name) and node.value.func.id == "const"}
