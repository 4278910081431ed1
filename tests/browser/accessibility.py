"""Looking for faults of accessibility in a page, with axe."""

from pathlib import Path

from playwright.sync_api import Page

AXE = (Path(__file__).parent / "axe" / "axe.min.js").read_text(encoding="utf-8")
# What moves is looked at when it has come to rest.
AT_REST = """async () => {
    const endless = animation => animation.effect.getTiming().iterations === Infinity;
    const moving = document.getAnimations().filter(animation => !endless(animation));
    await Promise.all(moving.map(animation => animation.finished.catch(() => {})));
}"""
RUN = """async () => {
    const { violations } = await axe.run(document, { resultTypes: ["violations"] });
    return violations.flatMap(({ id, impact, nodes }) =>
        nodes.map(node => `${id} (${impact}): ${node.target.join(" ")} ${node.failureSummary}`));
}"""


def violations(page: Page) -> list[str]:
    """Return every violation of axe's rules in the page as it is: the rule, the element and what is wrong."""
    page.evaluate(AT_REST)
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE)
    found: list[str] = page.evaluate(RUN)
    return found
