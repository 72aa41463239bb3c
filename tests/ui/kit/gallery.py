"""Opens the kit's widgets in every theme and language and saves pictures: `python tests/ui/kit/gallery.py FOLDER`."""

from __future__ import annotations

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from app.errors import DomainError
from app.ui.main_window import MainWindow
from app.ui.page import Command, KeyGroups, Page
from app.ui.paged_table_model import PagedTableModel
from app.ui.pages import PageSpec
from app.ui.services import Services
from app.ui.theme import THEMES, Theme, start_look
from app.ui.widgets.badge import Badge
from app.ui.widgets.buttons import KeyHint, PlainButton, PrimaryButton, QuietButton
from app.ui.widgets.card import Card, Rule, band
from app.ui.widgets.choices import ChoiceBar
from app.ui.widgets.clock import HeldClock
from app.ui.widgets.dialogs import Dialog
from app.ui.widgets.empty import EmptyState
from app.ui.widgets.forms import Form
from app.ui.widgets.rows import LINES
from app.ui.widgets.strip import Strip
from app.ui.widgets.tables import ListView, Table
from app.ui.widgets.text import Text
from app.ui.widgets.track import FourStamps, Stamp, Station, StationTrack
from tests.ui.kit.samples import REQUESTS, VISIT_COLUMNS, VISITS, Pages, services_for


class PostPage(Page):
    """A drawing of the post, as look/post.png has it."""

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(services, parent)
        theme = self.theme
        whole = QVBoxLayout(self)
        whole.setContentsMargins(24, 14, 24, 10)
        whole.setSpacing(12)
        head = band(
            theme,
            Text(theme, "东门岗", role="title", bold=True),
            Text(theme, "早班 · 王建国", role="lead", tone="ink_soft"),
            None,
            Text(theme, "今日", role="lead", tone="ink_soft"),
            Text(theme, "212", role="lead", bold=True),
            Badge(theme, "25 秒内 99.5%", "accent"),
            Badge(theme, "当场登记完整 96%"),
            Text(theme, "09:41", role="title"),
        )
        whole.addLayout(head)
        top = Card(theme)
        across = QHBoxLayout()
        left = QVBoxLayout()
        left.setContentsMargins(22, 18, 22, 18)
        self.line = QLineEdit("zhsh")
        self.line.setProperty("kind", "line")
        self.line.setFont(theme.font("line"))
        left.addWidget(self.line)
        left.addStretch(1)
        across.addLayout(left, 3)
        across.addWidget(Rule(theme, down=True))
        right = QVBoxLayout()
        right.setContentsMargins(24, 18, 24, 18)
        self.clock = HeldClock(theme, self.words)
        right.addWidget(self.clock)
        right.addStretch(1)
        right.addWidget(PrimaryButton(theme, "还证", "F9", big=True))
        across.addLayout(right, 1)
        top.add(across, 1)
        whole.addWidget(top, 6)
        lists = QHBoxLayout()
        lists.setSpacing(16)
        still = Card(theme, "正在登记")
        still.set_count(2)
        self.strip = Strip(theme, self)
        self.strip.ask("超 25 秒，原因？", ["访客找证", "核实被访人", "其他"], lambda at: None)
        still.add(EmptyState(theme, "没有未完成的登记", "F2", "登记"))
        lists.addWidget(still, 3)
        onsite = Card(theme, "在访")
        onsite.set_count(63)
        onsite.add_badge(Badge(theme, "超时 2", "amber", "caution"))
        onsite.add_badge(Badge(theme, "访客证未收回 5"))
        onsite.add_right(KeyHint(theme, "离开", "F4", tone="ink_soft"))
        model = PagedTableModel(
            VISIT_COLUMNS,
            Pages(list(VISITS)).fetch,
            lambda row: row.number,
            self.words,
            tone=lambda row: "amber" if row.over_time else "",
            parent=self,
        )
        table = Table(theme, kind="post", header=False)
        table.setModel(model)
        table.set_columns(VISIT_COLUMNS)
        model.reload()
        onsite.add(table)
        lists.addWidget(onsite, 7)
        whole.addLayout(lists, 5)
        whole.addWidget(self.strip)
        whole.addLayout(
            band(
                theme,
                KeyHint(theme, "登记", "F2"),
                KeyHint(theme, "预约", "F6"),
                KeyHint(theme, "值班事项", "F7"),
                None,
                KeyHint(theme, "疏散名单", "Ctrl+Shift+E", tone="ink_soft"),
                spacing=22,
            )
        )

    def keys(self) -> KeyGroups:
        return (
            (
                "登记",
                [
                    ("F2", "开始登记"),
                    ("Return", "取第一个匹配"),
                    ("Alt+1…9", "取其他匹配"),
                    ("F9", "还证"),
                    ("Escape", "放一边"),
                ],
            ),
            ("在访", [("F4", "离开"), ("Ctrl+Shift+E", "疏散名单")]),
        )

    def commands(self) -> list[Command]:
        return [Command("登记来访", "F2", self.update), Command("打印疏散名单", "Ctrl+Shift+E", self.update)]


class DeskPage(Page):
    """A drawing of the desk, as look/desk.png has it."""

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(services, parent)
        theme = self.theme
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(0)
        model = QStandardItemModel(self)
        for lines in REQUESTS:
            item = QStandardItem(lines.title)
            item.setData(lines, LINES)
            model.appendRow(item)
        requests = ListView(theme)
        requests.setModel(model)
        requests.setCurrentIndex(model.index(0, 0))
        requests.setFixedWidth(theme.px(420))
        across.addWidget(requests)
        across.addWidget(Rule(theme, down=True))
        right = QVBoxLayout()
        right.setContentsMargins(26, 20, 26, 20)
        right.setSpacing(12)
        right.addLayout(
            band(
                theme,
                Text(theme, "手术室 · 空调不制冷", role="title", bold=True, elide=True),
                Text(theme, "1123-C026", tone="ink_soft"),
                None,
                Badge(theme, "距承诺时限 12 分钟", "amber", "warning", role="body"),
            )
        )
        right.addWidget(
            Text(
                theme,
                "外科楼 5 层 · 张护士长 · 分机 6xxx · 空调维修(紧急,全天计时)",
                tone="ink_soft",
                elide=True,
            )
        )
        track = StationTrack(theme)
        track.set_stations(
            [
                Station("受理", "done", "09:02 李婷"),
                Station("派工", "done", "09:05 陈刚"),
                Station("完工", "current"),
                Station("用户确认"),
                Station("回访"),
                Station("办结"),
            ]
        )
        right.addWidget(track)
        right.addLayout(
            band(
                theme,
                PrimaryButton(theme, "报完工", "Ctrl+Return"),
                QuietButton(theme, "挂起"),
                QuietButton(theme, "退单"),
                QuietButton(theme, "打印派工单", "Ctrl+P"),
                None,
            )
        )
        stamps = FourStamps(theme)
        stamps.set_stamps(
            [
                Stamp("已告知如何处理", "09:06", True),
                Stamp("已向用户承诺", "09:08 → 10:30", True),
                Stamp("结果反馈", "待完工"),
                Stamp("用户满意", "待确认"),
            ]
        )
        right.addWidget(stamps)
        form = Form(theme, self.words)
        form.add("host", "window.kind_customer", QLineEdit("骨科"))
        form.add("number", "window.kind_visitor", QLineEdit("110101199003071232"))
        form.add("words", "window.kind_request", QPlainTextEdit())
        form.add(
            "quick",
            "window.large_type",
            ChoiceBar(theme, [(1, "30 分钟", "Alt+1"), (2, "今天 17:00", "Alt+2")]),
        )
        form.show_error(DomainError("unexpected", field="number"), focus=False)
        right.addWidget(form)
        right.addLayout(band(theme, PlainButton(theme, "左1"), PlainButton(theme, "右1", "Alt+R"), None))
        right.addStretch(1)
        across.addLayout(right, 1)
        self.track = track

    def shown(self) -> None:
        self.counted.emit(4, "red")


class BrokenPage(Page):
    """A page that cannot be made."""

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        raise RuntimeError("broken on purpose")


SPECS = (
    PageSpec("requests", "window.tab_requests", "request", f"{__name__}:DeskPage"),
    PageSpec("visits", "window.tab_visits", "post", f"{__name__}:PostPage"),
    PageSpec("reports", "window.tab_reports", "report", f"{__name__}:DeskPage"),
    PageSpec("site", "window.tab_site", "site", f"{__name__}:DeskPage"),
    PageSpec("help", "window.tab_help", "help", f"{__name__}:DeskPage"),
)


def pictures(
    app: QApplication, folder: Path, theme_name: str, language: str, factor: float, large: bool
) -> None:
    """All pictures of one theme, language and zoom."""
    look = start_look(app, Theme.load(theme_name), factor, large)
    services = services_for(look, language)
    window = MainWindow(services, SPECS)
    ratio = app.primaryScreen().devicePixelRatio()
    window.resize(round(1366 / ratio), round(768 / ratio))
    window.show()
    name = f"{theme_name}-{language}-{round(factor * 100)}{'-large' if large else ''}-x{ratio:g}"

    def save(what: str, widget: QWidget = window) -> None:
        QTest.qWait(60)
        widget.grab().save(str(folder / f"{name}-{what}.png"))

    save("desk")
    window.show_page("visits")
    post = window.front
    assert isinstance(post, PostPage)
    window.note_saved()
    post.clock.start(time.monotonic() - 6.4)
    save("post")
    post.clock.start(time.monotonic() - 21.0)
    window.say("已还证,用时 11.2 秒", "done")
    save("post-near")
    post.clock.start(time.monotonic() - 31.0)
    window.show_error(DomainError("unexpected"))
    save("post-over")
    window.strip.dismiss()
    window.show_keys()
    save("keys")
    window.keys_overlay.close_overlay()
    window.box.begin()
    save("box")
    window.box.line.setText("ys")
    QTest.qWait(900)
    save("box-found")
    window.box.close_overlay()
    dialog = Dialog(look, services.words, "作废这条登记?", window, width=460)
    dialog.say("这条登记会标为作废,仍可在记录里看到。原因会记下来。")
    dialog.add_verbs("作废", danger=True)
    dialog.show()
    save("dialog", dialog)
    dialog.close()
    menu = window.display_menu()
    menu.popup(window.mapToGlobal(window.rect().center()))
    save("menu", menu)
    menu.close()
    window.close()
    services.background.close()
    window.deleteLater()


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    app = QApplication.instance() or QApplication(sys.argv)
    assert isinstance(app, QApplication)
    wanted = sys.argv[2:] or [*THEMES]
    for theme in wanted:
        for language in ("zh_CN", "en") if theme == "light" else ("zh_CN",):
            pictures(app, folder, theme, language, 1.0, False)
    if "light" in wanted:
        pictures(app, folder, "light", "zh_CN", 1.5, False)
        pictures(app, folder, "light", "zh_CN", 1.0, True)


if __name__ == "__main__":
    main()
