# SPDX-License-Identifier: MIT
"""Joint: the text of several modules as one. For joining.py, which tells which they are."""

import ast
import builtins
import itertools
import string

_LETTERS = ["_" + letter for letter in string.ascii_letters]


class JoiningError(Exception):
    """Something in a module that this tool does not understand."""


class Joint:
    """The modules of a group, and what each name of theirs is called in it."""

    def __init__(self, home, group, modules):
        self.home = home
        self.group = group
        self._modules = modules
        self._names = {}                # (module, name there) to name here
        self._imported = {}             # (module outside, name there) to name here
        self._is_there = set()          # of these, what a part before has imported
        taken = set(dir(builtins)) | {"const"}
        anywhere = {name for member in group for name in _identifiers(modules[member].tree)}
        hidden = {place for member in group for place in _hidden(modules[member])}
        for member in group:
            for name in modules[member].defined:
                here = name
                if name in taken or (member, name) in hidden:
                    here = _fresh(name, name in modules[member].constants, taken | anywhere)
                taken.add(here)
                self._names[member, name] = here
        for member in group:
            for name, place in modules[member].imports.items():
                if place[0] not in group and place not in self._imported:
                    here = name
                    if name in taken and not (place[0] not in modules and name == "const"):
                        here = _fresh(name, False, taken | anywhere)
                    taken.add(here)
                    self._imported[place] = here

    def name_of(self, module, name):
        """-> what a name of one of the modules is called here, one that it imports too."""
        place = self._modules[module].imports.get(name)
        if place is None:
            return self._names.get((module, name), name)
        if place[0] in self.group and place[1]:
            return self.name_of(*place)
        return self._imported.get(place, name)

    def imported(self, place):
        return self._imported.get(place)

    def text(self, modules, homes, joints):
        """-> (text, list of (first line, module, dict: name here to name there))."""
        self._is_there.clear()
        pieces, places, line = [], [], 1
        for member in self.group:
            piece = rewritten(modules[member], self, modules, homes, joints)
            pieces.append(piece if piece.endswith("\n") else piece + "\n")
            places.append((line, member, {
                here: name for (part, name), here in self._names.items() if part == member and here != name}))
            line += pieces[-1].count("\n")
        return "".join(pieces), places

    def needs(self, place):
        """-> True the first time: one import of a thing is enough."""
        is_new = place not in self._is_there
        self._is_there.add(place)
        return is_new


def _hidden(module):
    """-> set of (module, name) that a module calls otherwise, while it calls something else by this name."""
    tree, imports = module.tree, {}
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            imports.update(read(node, module.known))
    names = _identifiers(tree)
    found = {place for here, place in imports.items() if place[1] in names and place[1] != here}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.attr in names:
            found.add((imports.get(node.value.id, ("",))[0], node.attr))
    return found


def _identifiers(tree):
    found = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    found |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    return found | set(bound(tree.body))


def _fresh(name, is_free, taken):
    """-> a name that is not taken. is_free: its length costs nothing."""
    if is_free:
        numbered = ("%s_%d" % (name, number) for number in itertools.count(2))
        return next(found for found in numbered if found not in taken)
    for found in itertools.chain(_LETTERS, (a + b[1] for a in _LETTERS for b in _LETTERS)):
        if found not in taken:
            return found
    raise JoiningError("no short name is left for " + name)


def rewritten(module, joint, modules, homes, joints):
    """-> text of a module, in its joint or, when that is None, as it stands alone."""
    writer = _Writer(module, joint, modules, homes, joints)
    writer.scope(module.tree.body, [])
    return writer.text()


class _Writer:
    """Walks through a module with the scopes of its functions, and notes what becomes another text."""

    def __init__(self, module, joint, modules, homes, joints):
        self._module = module
        self._joint = joint
        self._modules = modules
        self._homes = homes
        self._joints = joints
        self._edits = []                # (first line, column, last line, column, text)

    def scope(self, body, scopes):
        for statement in body:
            self._visit(statement, scopes)

    def text(self):
        lines = self._module.text.encode().split(b"\n")
        for first, start, last, end, text in sorted(self._edits, reverse=True):
            head, tail = lines[first - 1][:start], lines[last - 1][end:]
            lines[first - 1:last] = [head + text.encode() + tail] + [b""] * (last - first)
        return b"\n".join(lines).decode()

    # Walking. scopes: list of (kind, names bound, imports), the innermost last.

    def _visit(self, node, scopes):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            self._import(node, scopes)
        elif isinstance(node, (ast.FunctionDef, ast.Lambda)):
            self._function(node, scopes)
        elif isinstance(node, ast.ClassDef):
            self._class(node, scopes)
        elif isinstance(node, (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
            targets = [part.target for part in node.generators]
            inner = (ast.Lambda, set(bound([ast.Expr(target) for target in targets])), {})
            for child in ast.iter_child_nodes(node):
                self._visit(child, [*scopes, inner])
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) \
                and self._module_of(node.value.id, scopes):
            self._attribute(node, scopes)
        elif isinstance(node, ast.Name):
            self._name(node, node.id, scopes)
        elif isinstance(node, ast.Global):
            if self._joint is not None:
                raise JoiningError("%s: a global statement" % self._module.name)
        else:
            for child in ast.iter_child_nodes(node):
                self._visit(child, scopes)

    def _function(self, node, scopes):
        arguments = node.args
        decorators = getattr(node, "decorator_list", ())
        for outside in (*arguments.defaults, *filter(None, arguments.kw_defaults), *decorators):
            self._visit(outside, scopes)
        if isinstance(node, ast.FunctionDef):
            self._definition(node, scopes)
        names = {argument.arg for argument in ast.walk(arguments) if isinstance(argument, ast.arg)}
        body = node.body if isinstance(node, ast.FunctionDef) else [node.body]
        imports = {}
        for inner in ast.walk(node):
            if isinstance(inner, (ast.Import, ast.ImportFrom)):
                imports.update(read(inner, self._modules))
        names |= set(bound(body)) - set(imports)
        for inner in body:
            if isinstance(inner, (ast.Nonlocal, ast.Global)):
                names -= set(inner.names)
        self.scope(body, [*scopes, (ast.FunctionDef, names, imports)])

    def _class(self, node, scopes):
        for outside in (*node.bases, *node.decorator_list):
            self._visit(outside, scopes)
        self._definition(node, scopes)
        self.scope(node.body, [*scopes, (ast.ClassDef, set(bound(node.body)), {})])

    def _definition(self, node, scopes):
        """A function or class that has another name here."""
        here = self._joint.name_of(self._module.name, node.name) if self._joint and not scopes else node.name
        if here != node.name:
            line = self._module.text.encode().split(b"\n")[node.lineno - 1]
            word = b"def " if isinstance(node, ast.FunctionDef) else b"class "
            at = line.index(node.name.encode(), node.col_offset + len(word))
            self._edits.append((node.lineno, at, node.lineno, at + len(node.name), here))

    def _origin(self, name, scopes):
        """-> (kind of the scope that binds a name, or None; (module, name there) when an import does)."""
        for place, (kind, names, imports) in enumerate(reversed(scopes)):
            if kind is ast.ClassDef and place:
                continue                    # a method does not see the names of its class
            if name in imports:
                return kind, imports[name]
            if name in names:
                return kind, None
        return None, self._module.imports.get(name)

    def _module_of(self, name, scopes):
        """-> the module, one of ours, that a name stands for; None for all else."""
        _, place = self._origin(name, scopes)
        return place[0] if place and not place[1] and place[0] in self._modules else None

    def _attribute(self, node, scopes):
        """module.name"""
        module = self._module_of(node.value.id, scopes)
        home = self._homes.get(module)
        there = self._joints[home].name_of(module, node.attr) if home else node.attr
        if self._joint is not None and home == self._joint.home:
            self._replace(node, self._checked(there, scopes))
        else:
            here = node.value.id
            if self._joint is not None:
                kind, place = self._origin(here, scopes)
                here = here if kind else self._joint.imported(place)
            self._replace(node, "%s.%s" % (self._checked(here, scopes, node.value.id), there))

    def _name(self, node, name, scopes):
        kind, place = self._origin(name, scopes)
        if self._joint is None or kind is not None and place is None:
            return
        if place is None:
            here = self._joint.name_of(self._module.name, name)
        elif place[0] in self._joint.group:
            if not place[1]:
                raise JoiningError("%s: a module is handed on" % self._module.name)
            here = self._joint.name_of(*place)
        elif kind is not None:
            return                          # an import in a function, which stays one
        else:
            here = self._joint.imported(place)
        if here != name:
            self._replace(node, self._checked(here, scopes))

    def _checked(self, here, scopes, was=None):
        """A name of the module must not be one of the function that asks for it."""
        if here != was:
            for kind, names, _ in scopes:
                if kind is not ast.ClassDef and here in names:
                    raise JoiningError("%s: a local name %s is in the way" % (self._module.name, here))
        return here

    def _import(self, node, scopes):
        kept = []
        for here, place in read(node, self._modules).items():
            module, name = place
            home = self._homes.get(module)
            if self._joint is not None and home == self._joint.home:
                continue                    # it is in the same place
            if self._joint is not None and not scopes:
                if not self._joint.needs(place):
                    continue
                here = self._joint.imported(place)
            if home and name:
                module, name = home, self._joints[home].name_of(module, name)
            elif home:
                module = home
            kept.append((module, name, here))
        self._replace(node, _statements(kept))

    def _replace(self, node, text):
        self._edits.append((node.lineno, node.col_offset, node.end_lineno, node.end_col_offset, text))


def _statements(imports):
    """-> text. imports: list of (module, name or "" for itself, name here)."""
    written, named = [], {}
    for module, name, here in imports:
        if not name and "." in module:
            module, _, name = module.rpartition(".")
        if name:
            named.setdefault(module, []).append(name if name == here else "%s as %s" % (name, here))
        else:
            written.append("import %s%s" % (module, "" if module == here else " as " + here))
    written += ["from %s import %s" % (module, ", ".join(names)) for module, names in named.items()]
    return "; ".join(written) or "pass"


def read(node, known):
    """-> dict of one import: name here to (module, name there), "" for the module itself."""
    if isinstance(node, ast.Import):
        return {alias.asname or alias.name: (alias.name, "") for alias in node.names}
    found = {}
    for alias in node.names:
        whole = "%s.%s" % (node.module, alias.name)
        found[alias.asname or alias.name] = (whole, "") if whole in known else (node.module, alias.name)
    return found


def bound(body):
    """-> names that statements bind in their own scope, in order."""
    found = []

    def visit(node):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            found.append(node.name)
            return
        if isinstance(node, (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
            return
        if isinstance(node, ast.Name) and isinstance(node.ctx, (ast.Store, ast.Del)):
            found.append(node.id)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            found.extend(alias.asname or alias.name for alias in node.names)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            found.append(node.name)
        for child in ast.iter_child_nodes(node):
            visit(child)

    for statement in body:
        visit(statement)
    return list(dict.fromkeys(found))
