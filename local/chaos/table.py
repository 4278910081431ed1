"""What a run prints and writes at its end."""

import statistics
from collections import Counter
from collections.abc import Sequence
from typing import Any

from local.chaos.plan import Plan
from local.chaos.trial import Run

MAX_FINDINGS_SHOWN = 20


def figures(run: Run) -> dict[str, int | float | None]:
    """Return the figures by name, times in seconds."""
    verdict = run.verdict
    times = sorted(verdict.seconds_to_answer)
    return {
        "messages": verdict.messages,
        "turns": verdict.turns,
        "answers": verdict.answers,
        "fallbacks": verdict.fallbacks,
        "left to staff": verdict.left_to_staff,
        "duplicates": verdict.count("duplicate"),
        "tolerated repeats": verdict.tolerated_repeats,
        "missing": verdict.count("missing"),
        "out of order": verdict.count("out of order"),
        "crashes": run.crashes,
        "median seconds to answer": percentile(times, 0.5),
        "95th percentile": percentile(times, 0.95),
        "webhooks posted": run.webhooks,
        "OpenAI calls": run.openai_calls.total(),
        "OpenAI calls that failed": _failed(run.openai_calls),
        "WhatsApp calls": run.whatsapp_calls.total(),
        "WhatsApp calls that failed": _failed(run.whatsapp_calls),
        "seconds until quiet": round(run.calm_seconds, 1),
    }


def percentile(ordered: Sequence[float], share: float) -> float | None:
    """Return the value below which a share of the ordered ones lies; None of none."""
    if len(ordered) < 2:
        return round(ordered[0], 2) if ordered else None
    return round(statistics.quantiles(ordered, n=100, method="inclusive")[round(share * 100) - 1], 2)


def is_kept(run: Run) -> bool:
    """Tell whether every promise was kept."""
    return run.became_quiet and not run.verdict.findings


def text(plan: Plan, run: Run) -> str:
    """Return the table, and the evidence when a promise was broken."""
    rows = figures(run)
    width = max(map(len, rows))
    lines = [f"  {name:<{width}}  {'-' if value is None else value:>8}" for name, value in rows.items()]
    findings = run.verdict.findings
    lines += [f"{one.kind}: {one.about}: {one.evidence}" for one in findings[:MAX_FINDINGS_SHOWN]]
    if len(findings) > MAX_FINDINGS_SHOWN:
        lines.append(f"… and {len(findings) - MAX_FINDINGS_SHOWN} more")
    if not run.became_quiet:
        lines.append("Work was still under way when patience ended.")
    end = "kept" if is_kept(run) else f"BROKEN with --seed {plan.seed} (logs in {plan.logs})"
    return "\n".join([*lines, f"Promises: {end}."])


def as_json(plan: Plan, run: Run) -> dict[str, Any]:
    """Return the same for programs."""
    return {
        "seed": plan.seed,
        "load_seconds": plan.seconds,
        "customers": plan.customers,
        "kept": is_kept(run),
        "figures": figures(run),
        "openai_faults": {kind: count for kind, count in run.openai_calls.items() if kind},
        "whatsapp_faults": {kind: count for kind, count in run.whatsapp_calls.items() if kind},
        "findings": run.verdict.findings_json(),
    }


def _failed(calls: Counter[str | None]) -> int:
    return calls.total() - calls[None]
