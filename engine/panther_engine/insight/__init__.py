"""Why a test got its verdict, what would turn it, and what no test pins down.

Whoever has a live session (a screen) says `events.Explain(spec, test)` and hears
`events.Explained(insight, flips)` twice for each plain run of that policy: as soon as the test is
explained (`flips` is None) and when the search for flips is over. `Inspect(spec)` asks the same way
for `Inspected`: fields that make the policy raise when null, what no test pins down, and coverage.
`State.explained` and `State.inspected` hold the last of each. Only what was asked for last is
worked on, at low priority, and it is dropped as soon as something else is asked for or the policy
is about to run again. After `InspectAll()` every other policy follows, each told once, while
nothing runs; `StandAside()` says that a key was pressed, upon which inspections pause for a moment.
What was found is remembered by the digest of the contents.

Whoever has none (a command) uses `explaining.explain_tests`, `trials.probing.probe_policies`,
`trials.mutating.mutate_policies`, `runs.coverage.cover_policies` with `runs.running.InsightJobs`,
and `runs.debugging.debug_test`.

From bottom to top: `trace` is what a worker told, `reason` fields, words and steps to the verdict,
`runs` the jobs, `trials` what is tried besides, `report` all of it as text.

Uses jobs and the reports' words; used by the session and the headless commands.
"""
