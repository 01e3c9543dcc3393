"""All features, in the order in which they are asked: on events, for escape and for badges."""

from __future__ import annotations

from panther_tui.features.display.about import About
from panther_tui.features.display.compare import Compare
from panther_tui.features.display.copy import Copy
from panther_tui.features.display.help import Help
from panther_tui.features.display.layout import LayoutKeys
from panther_tui.features.display.theme import ThemeChoice
from panther_tui.features.display.trust import Trust
from panther_tui.features.editing.accept import Accept
from panther_tui.features.editing.changes import Changes
from panther_tui.features.editing.edit import Edit
from panther_tui.features.editing.fix import Fix
from panther_tui.features.editing.mocks import Mocks
from panther_tui.features.editing.tests import Tests
from panther_tui.features.feature import Feature
from panther_tui.features.insight.debug import Debug
from panther_tui.features.insight.finding_tests import FindingTests
from panther_tui.features.insight.reaching import Reaching
from panther_tui.features.insight.rounds import Rounds
from panther_tui.features.insight.shown import CodeNotes
from panther_tui.features.insight.survey import RepositorySurvey
from panther_tui.features.insight.why import Why
from panther_tui.features.navigation.code import CodeKeys
from panther_tui.features.navigation.failure_list import FailureList
from panther_tui.features.navigation.failures import Failures
from panther_tui.features.navigation.find import Find
from panther_tui.features.navigation.follow import Follow
from panther_tui.features.navigation.start import Start
from panther_tui.features.navigation.walk import FailureWalk
from panther_tui.features.policies.catalogue import Catalogue
from panther_tui.features.policies.forms import PolicyForms
from panther_tui.features.runs.interrupt import Interrupt
from panther_tui.features.runs.only_failures import FailuresAlone
from panther_tui.features.runs.run import Run
from panther_tui.features.runs.watching import Watching
from panther_tui.features.scan.frameworks import Frameworks
from panther_tui.features.scan.inventory import Inventory
from panther_tui.features.scan.making import MakeTest
from panther_tui.features.scan.resources import Resources
from panther_tui.features.whatif.file import ScratchFile
from panther_tui.features.whatif.finish import ScratchFinish
from panther_tui.features.whatif.flip import ScratchFlip
from panther_tui.features.whatif.judging import ScratchJudging
from panther_tui.features.whatif.reduce import ScratchReduce
from panther_tui.features.whatif.typing import ScratchTyping

FEATURES: tuple[type[Feature], ...] = (
    Copy,
    Find,
    FailureWalk,
    Watching,
    FailuresAlone,
    LayoutKeys,
    Start,
    Failures,
    FailureList,
    Follow,
    Run,
    Interrupt,
    Why,
    Rounds,
    CodeNotes,
    RepositorySurvey,
    Reaching,
    FindingTests,
    Debug,
    Inventory,
    Resources,
    MakeTest,
    Frameworks,
    CodeKeys,
    Edit,
    ScratchJudging,
    ScratchTyping,
    ScratchFile,
    ScratchFinish,
    ScratchReduce,
    ScratchFlip,
    Changes,
    Accept,
    Tests,
    Mocks,
    Fix,
    PolicyForms,
    Catalogue,
    Compare,
    ThemeChoice,
    Trust,
    About,
    Help,
)
