"""The kit of which pages are built. Every widget takes the live look (`theme: Look`) first and paints with its tokens.

text       Text(theme, "…", role="body", tone="ink", bold=False, elide=False)
buttons    KeyCap, KeyHint (verb + cap), PrimaryButton (one a page), QuietButton, PlainButton; cap_width, paint_cap
badge      Badge(theme, text, tone, icon)
card       Card(theme, title): header with count, badges, widgets; `add` into its body; Rule: a hairline;
           Panel(theme, "paper"): a plain area; scrolled(widget); band(theme, w, None, w): a row
clock      HeldClock: the 25 s clock
track      StationTrack, Station; FourStamps, Stamp
forms      Form: labels left, errors under their field; FieldError
strip      Strip: a message that takes no focus, with choices Alt+1…9 and a way out
dialogs    Dialog (ask pattern), confirm(…)
files      ask_file(…): a file to open or to save in, in the language in force
empty      EmptyState(theme, text, key, verb)
rows       delegates: TwoLineDelegate (a `TwoLines` under LINES), CellDelegate (a `Cell` under CELL)
tables     Table, ListView: views in the kit's manner
search_line SearchLine: sought(text) counts what an input method still composes
pick       PickLine: finds by typing, a list under it of which Enter takes the first; Match: a line of that list
choices    ChoiceBar: small buttons side by side of which one is taken (quick times, answers)
"""
