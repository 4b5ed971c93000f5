"""The help page, which knows nothing of this app, explains each safety layer."""

import pytest

from drafts.safety.names import LAYERS


@pytest.mark.django_db
def test_as_many_checks_as_there_are(client, rep):
    client.force_login(rep)
    section = client.get("/help/").text.split('<section id="safety"')[1].split("</section>")[0]
    assert section.count("<dt>") == len(LAYERS)
