"""Addresses of the analysis of surveys."""

from urllib.parse import quote, unquote

from django.urls import path, register_converter

from . import views


class CodeConverter:
    """A survey's code as its source wrote it: a slash in it must not end the part of the address."""

    regex = "[^/]+"

    def to_python(self, value: str) -> str:
        return unquote(value)

    def to_url(self, value: str) -> str:
        return quote(value, safe=":")


register_converter(CodeConverter, "survey")

app_name = "opinions"

urlpatterns = [
    path("evaluate/surveys/", views.survey_list, name="survey_list"),
    path("evaluate/surveys/findings/", views.finding_list, name="finding_list"),
    path("evaluate/surveys/findings/<int:pk>/withdraw/", views.finding_withdraw, name="finding_withdraw"),
    path("evaluate/surveys/path/", views.wave_path, name="path"),
    path("evaluate/surveys/agreement/", views.agreement, name="agreement"),
    path("evaluate/surveys/of/<survey:code>/", views.analysis, name="analysis"),
    path("evaluate/surveys/of/<survey:code>/cross/", views.cross, name="cross"),
    path("evaluate/surveys/of/<survey:code>/cross/propose/", views.propose, name="propose"),
    path("evaluate/surveys/of/<survey:code>/work/<slug:kind>/", views.work_ask, name="work_ask"),
    path("evaluate/surveys/of/<survey:code>/themes/", views.themes, name="themes"),
    path("evaluate/surveys/of/<survey:code>/themes/ask/", views.themes_ask, name="themes_ask"),
    path("evaluate/surveys/of/<survey:code>/themes/correct/", views.theme_correct, name="theme_correct"),
    path("evaluate/surveys/of/<survey:code>/themes/quotes/", views.theme_quotes, name="theme_quotes"),
    path("evaluate/surveys/of/<survey:code>/themes/move/", views.theme_move, name="theme_move"),
    path("evaluate/surveys/of/<survey:code>/themes/corrections/<int:pk>/undo/", views.theme_undo, name="theme_undo"),
    path("evaluate/surveys/of/<survey:code>/report/", views.report, name="report"),
    path("evaluate/surveys/of/<survey:code>/report/text/", views.text, name="text"),
    path("evaluate/surveys/of/<survey:code>/report/forms/", views.forms_file, name="forms_file"),
    path("evaluate/surveys/of/<survey:code>/report/forms/back/", views.forms_back, name="forms_back"),
    path("evaluate/surveys/of/<survey:code>/report/forms/take/", views.forms_take, name="forms_take"),
    path("evaluate/surveys/of/<survey:code>/report/share/", views.report_share, name="report_share"),
    path("evaluate/surveys/of/<survey:code>/report/<slug:form>/", views.report_file, name="report_file"),
    path("evaluate/surveys/shares/<int:pk>/revoke/", views.share_revoke, name="share_revoke"),
    path("evaluate/shared/<str:token>/", views.shared_report, name="shared"),
    path("evaluate/surveys/of/<survey:code>/answers/", views.answers, name="answers"),
    path("evaluate/surveys/of/<survey:code>/numbers/<survey:key>/", views.number, name="number"),
]
