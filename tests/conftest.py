# SPDX-License-Identifier: MIT
"""Every test is watched for secrets that get where none may be: see secret_watch.py.

A module that leaks on purpose says so: PLANTS_LEAKS = True.
"""

import pytest

from tests.secret_watch import Watch, leaks_in_folder


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    if call.when == "call":
        item.was_good = report.passed
        item.printed = report.capstdout + report.capstderr


@pytest.fixture(autouse=True)
def _no_secret_gets_out(request):
    if getattr(request.module, "PLANTS_LEAKS", False):
        yield
        return
    with Watch() as watch:
        yield
    if getattr(request.node, "was_good", False):
        leaks = watch.finish(request.node.printed)
        assert not leaks, "secrets got out: " + "; ".join(leaks)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session):
    """All files that the tests have left, folder by folder."""
    factory = getattr(session.config, "_tmp_path_factory", None)
    if factory is None or factory._basetemp is None:
        return
    for folder in sorted(path for path in factory._basetemp.iterdir() if path.is_dir() and not path.is_symlink()):
        if not folder.name.startswith("test_a_planted_"):
            for leak in leaks_in_folder(folder):
                print("\nsecrets got out: " + leak)
                session.exitstatus = 1
