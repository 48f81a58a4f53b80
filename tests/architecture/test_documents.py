"""What the code cites and what the documents name is there: nobody has to search for it."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

ROOT = Path(__file__).parents[2]
ROOMS = ["app", "bot", "handlers", "storage", "web", "sandbox", "tests", "benchmarks", "scripts", "docs"]
THIS = Path(__file__)

PAGES = {"Slack": "slack", "UX": "ux"} | {
    name: page
    for page in ("provider", "budgets", "performance", "loop", "web", "pictures")
    for name in (page, page.capitalize())  # it may begin a sentence
}
SECTION = r"(?:[A-Z]\d+|\d+(?:\.\d+)*)"
CITATION = re.compile(rf"\b([A-Za-z]+) reference ({SECTION}(?:(?:, and |, | and | to ){SECTION})*)")
UNCLEAR = re.compile(
    rf"\(reference,? {SECTION}\b"
    r"|\breference,? (?:section|table|head|experiments?)\b"
    rf"|\b(?:slack|provider|budgets|performance|loop|ux|web),? {SECTION}\b",
    re.IGNORECASE,
)
"""A citation without its page or without the word "reference": nobody can follow it."""

NAMED_PATH = re.compile(
    r"(?:app|bot|handlers|storage|web|sandbox|tests|benchmarks|scripts|docs|\.github|\.ci)/[\w./*-]*"
    r"|[\w-]+\.(?:md|toml|yml|yaml|txt)|\.env\.example|Makefile|LICENSE"
)
CODE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)\s]+)\)")
DOCUMENTS = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")),
    *(ROOT / "docs").rglob("*.md"),
]


def _texts() -> Iterator[tuple[str, str]]:
    """Every source file as one line: a citation may go over the end of one."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*")):
            if path.suffix in {".py", ".toml", ".js", ".css", ".html", ".mako", ".md"} and path != THIS:
                text = re.sub(r"\s*\n\s*(?:#+ ?|// ?|\* )?", " ", path.read_text())
                yield str(path.relative_to(ROOT)), text


def _sections(page: str) -> set[str]:
    """The numbers of a page's headings, and the names of rows such as E3 in its tables."""
    text = (ROOT / "docs" / "reference" / f"{page}.md").read_text()
    headings = re.findall(rf"^##+ ({SECTION}) ", text, re.MULTILINE)
    rows = re.findall(r"^\| ([A-Z]\d+) \|", text, re.MULTILINE)
    return {*headings, *rows}


def test_every_citation_can_be_followed() -> None:
    sections = {name: _sections(page) for name, page in PAGES.items()}
    cited = [
        (name, match[1], section)
        for name, text in _texts()
        for match in CITATION.finditer(text)
        for section in re.findall(SECTION, match[2])
    ]

    assert len(cited) > 100, "the pattern no longer sees them"
    assert [c for c in cited if c[2] not in sections.get(c[1], set())] == []


def test_no_citation_leaves_its_page_open() -> None:
    unclear = [f"{name}: {match[0]}" for name, text in _texts() for match in UNCLEAR.finditer(text)]

    assert unclear == []


def test_no_section_has_two_headings() -> None:
    for page in set(PAGES.values()):
        text = (ROOT / "docs" / "reference" / f"{page}.md").read_text()
        numbers = re.findall(rf"^##+ ({SECTION}) ", text, re.MULTILINE)
        assert len(numbers) == len(set(numbers)), page


def _is_there(name: str, beside: Path) -> bool:
    if "*" in name:
        return any(ROOT.glob(name))
    return any((place / name).exists() for place in (ROOT, beside))


def test_every_path_that_a_document_names_exists() -> None:
    missing = [
        f"{document.relative_to(ROOT)}: {name}"
        for document in DOCUMENTS
        for code in CODE.findall(document.read_text())
        for name in NAMED_PATH.findall(code)
        if name == code and not _is_there(name, document.parent)
    ]

    assert missing == []


def test_every_link_between_documents_leads_somewhere() -> None:
    broken = []
    for document in DOCUMENTS:
        for target in LINK.findall(document.read_text()):
            path, _, anchor = target.partition("#")
            if "://" in target or target.startswith("mailto:"):
                continue
            file = (document.parent / unquote(path)) if path else document
            if not file.exists() or (anchor and anchor not in _anchors(file)):
                broken.append(f"{document.relative_to(ROOT)}: {target}")

    assert broken == []


def _anchors(document: Path) -> set[str]:
    """As GitHub makes them of headings."""
    headings = re.findall(r"^#+ (.+)$", document.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_glossary_names_what_the_database_has() -> None:
    """Its last column says the stored word, which may be an older one."""
    from bot.domain.jobs.task import TaskKind
    from storage.schema.budget_tables import metadata  # and those of storage.schema.tables

    text = (ROOT / "docs" / "glossary.md").read_text()
    listed = {
        what: {
            word
            for cell in re.findall(rf"\b{what} ((?:`\w+`(?:, | and )?)+)", text)
            for word in re.findall(r"`(\w+)`", cell)
        }
        for what in ("tables?", "tasks of kind")
    }

    assert len(listed["tables?"]) > 15
    assert listed["tables?"] - set(metadata.tables) == set()
    assert len(listed["tasks of kind"]) > 7
    assert listed["tasks of kind"] - set(TaskKind) == set()


def test_every_decision_is_in_the_index() -> None:
    index = (ROOT / "docs" / "adr" / "README.md").read_text()
    pages = [path.name for path in (ROOT / "docs" / "adr").glob("0*.md")]

    assert [name for name in pages if f"({name})" not in index] == []
