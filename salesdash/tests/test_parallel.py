"""The test run itself: what shares a browser or a product runs on one worker."""

import os

import pytest


@pytest.mark.xdist_group("parallel")
@pytest.mark.skipif("PYTEST_XDIST_WORKER" not in os.environ, reason="only in parallel runs")
def test_groups_reach_the_scheduler(request):
    """pytest-xdist reads a group from the node id; a pytest that ignores it splits groups silently."""
    assert request.node.nodeid.endswith("@parallel")
