"""After everything: what the servers of all instances have said."""
from harness import expect, test
from instance import TROUBLES


@test("no server of any instance broke an assertion or a sanitizer's rule")
def _(world):
    for instance in (world.shared, getattr(world, "crash", None)):
        if instance:
            instance.wipe()
    expect(not TROUBLES, *TROUBLES[:5])
