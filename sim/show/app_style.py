"""How the page looks: one column on a phone, two beside each other where there is room."""

__all__ = ["STYLE"]

STYLE = """
.relay-page { max-width: 1500px; margin: 0 auto; padding: 0 4px 40px; }
.relay-chosen { display: grid; gap: 0 24px; grid-template-columns: repeat(auto-fit, minmax(220px, 1fr)); }
.relay-body { display: grid; gap: 24px; grid-template-columns: minmax(0, 1fr) 330px; align-items: start; }
.relay-player { align-items: center; flex-wrap: wrap; row-gap: 8px; }
.relay-page .v-card__title { padding-bottom: 4px; }
.relay-page .v-card__text { padding-top: 4px; }
.relay-day { font-weight: bold; font-size: 1.15rem; }
.relay-below { display: none; }
@media (max-width: 960px) {
  .relay-body { grid-template-columns: minmax(0, 1fr); }
  .relay-below { display: block; }
}
.relay-top { display: grid; gap: 12px 32px; align-items: start;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 380px), 1fr)); }
.relay-old { opacity: 0.4; }
.relay-quiet { color: #5c5c5c; margin: 0; max-width: 80ch; }
.relay-said { white-space: pre-wrap; }
.relay-beside { display: grid; gap: 24px; grid-template-columns: repeat(auto-fit, minmax(min(100%, 400px), 1fr)); }
.relay-beside h3, .relay-top h3 { font-size: 1rem; margin: 0 0 2px; }
.relay-totals { border-collapse: collapse; font-variant-numeric: tabular-nums; }
.relay-totals { width: 100%; max-width: 640px; font-size: 14px; }
.relay-totals th, .relay-totals td { padding: 2px 0 2px 10px; text-align: right; }
.relay-totals th[scope=row], .relay-totals th:first-child { padding-left: 0; text-align: left;
  font-weight: normal; color: #5c5c5c; }
.relay-totals td { font-weight: bold; }
.relay-totals tbody tr { border-top: 1px solid #e4e4e4; }
.relay-recipe { white-space: pre-wrap; background: #f4f4f4; padding: 10px; font-size: 13px; margin: 6px 0 0; }
/* The words of a slider stand above it, whole. */
.relay-sliders .v-input__slot { flex-wrap: wrap; }
.relay-sliders .v-input__slot > .v-label { flex: 1 0 100%; height: auto !important; color: #333 !important;
  line-height: 1.3; white-space: normal; }
.relay-sliders .v-messages { display: none; }
"""
