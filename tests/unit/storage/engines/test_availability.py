"""When a database is said to be gone, and when to be back."""

from structlog.testing import capture_logs

from storage.engines.availability import KNOWN_SECONDS, DatabaseAvailability


def test_one_line_each_way_however_many_fail() -> None:
    trouble = DatabaseAvailability()
    with capture_logs() as lines:
        for _ in range(3):
            trouble.failed("SQLITE_BUSY", writing=True)
        for _ in range(3):
            trouble.worked(wrote=True)

    assert [line["event"] for line in lines] == ["database_unavailable", "database_back"]
    assert lines[1]["failures"] == 3


def test_what_cannot_be_written_is_not_back_because_it_can_be_read() -> None:
    trouble = DatabaseAvailability()
    trouble.failed("25006", writing=True)

    trouble.worked(wrote=False)
    assert trouble.reason == "25006"
    trouble.worked(wrote=True)
    assert trouble.reason is None


def test_what_could_not_be_read_is_back_when_it_can_be() -> None:
    trouble = DatabaseAvailability()
    trouble.failed("08006", writing=False)

    trouble.worked(wrote=False)

    assert trouble.reason is None


def test_trouble_that_began_with_a_read_and_is_one_of_writing_ends_with_a_write() -> None:
    trouble = DatabaseAvailability()
    trouble.failed("08006", writing=False)
    trouble.failed("25006", writing=True)

    trouble.worked(wrote=False)

    assert trouble.reason == "08006"


def test_people_wait_less_while_it_is_known() -> None:
    trouble = DatabaseAvailability()
    assert (trouble.patience(1.5), trouble.patience(None)) == (1.5, None)

    trouble.failed("SQLITE_BUSY", writing=True)

    assert (trouble.patience(1.5), trouble.patience(0.1)) == (KNOWN_SECONDS, 0.1)
    assert trouble.patience(None) is None, "the worker keeps its patience"
