# SPDX-License-Identifier: MIT
"""The list of an image's parts (SBOM), CycloneDX 1.5 as JSON.

Every file of the image with its SHA-256, the tools that made it with their versions, and what it runs
on. No time and no number of chance is in it: built again it is the same, byte for byte.

All files are compiled from this project's sources, but for the libraries that are named: nothing is taken
from micropython-lib.
What else runs on a phone is in the MicroPython firmware that was flashed before.
"""

import json
import uuid

_LICENCE = [{"license": {"id": "MIT"}}]
# Any name will do, but always the same one.
_NAMESPACE = uuid.UUID("6f0c0f2e-6e3b-5d0e-9a3f-1b6f2c9d7a41")


def compose(manifest, tools, libraries=()):
    """-> bytes. tools: list of (name of a Python package, version); libraries: see libraries.py."""
    told = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": "urn:uuid:%s" % uuid.uuid5(_NAMESPACE, manifest.signed().decode()),
        "version": 1,
        "metadata": {
            "component": {
                "type": "firmware", "bom-ref": "image", "name": "sinetti-" + manifest.board,
                "version": manifest.version, "licenses": _LICENCE,
                "properties": [
                    {"name": "sinetti:board", "value": manifest.board},
                    {"name": "sinetti:security", "value": str(manifest.security)},
                    {"name": "sinetti:mpy", "value": manifest.mpy},
                ],
            },
            "tools": {"components": [
                {"type": "application", "name": name, "version": version,
                 "purl": "pkg:pypi/%s@%s" % (name, version)} for name, version in tools]},
        },
        "components": [_component(path, size, digest) for path, (size, digest) in manifest.files.items()] + [
            _library(library) for library in libraries] + [
            {"type": "platform", "bom-ref": "micropython", "name": "micropython", "scope": "excluded",
             "description": "Runs the image, and is flashed apart; it loads mpy %s" % manifest.mpy,
             "licenses": _LICENCE}],
        "dependencies": [{"ref": "image", "dependsOn": [
            *manifest.files, *map(_reference, libraries), "micropython"]}],
    }
    return (json.dumps(told, indent=1) + "\n").encode()


def _reference(library):
    return "pkg:pypi/%s@%s" % (library.name, library.version)


def _library(library):
    return {
        "type": "library", "bom-ref": _reference(library), "name": library.name, "version": library.version,
        "purl": _reference(library), "copyright": library.notice,
        "licenses": [{"license": {"id": library.licence}}],
        "description": "Its source, of which this hash is, was compiled into %s.mpy" % library.name,
        "hashes": [{"alg": "SHA-256", "content": library.digest}],
    }


def _component(path, size, digest):
    return {
        "type": "file", "bom-ref": path, "name": path, "licenses": _LICENCE,
        "hashes": [{"alg": "SHA-256", "content": digest}],
        "properties": [{"name": "sinetti:size", "value": str(size)}],
    }
