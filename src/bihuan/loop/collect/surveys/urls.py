"""Addresses of surveys, below collect/surveys/."""

from django.urls import path

from .views import builder, editing, exchange, preview, surveys

app_name = "surveys"
VERSION = "<int:pk>/v/<int:number>/"

urlpatterns = [
    path("", surveys.survey_list, name="survey_list"),
    path("new/", surveys.survey_new, name="survey_new"),
    path("dimensions/", surveys.dimension_list, name="dimension_list"),
    path("waves/<int:pk>/", surveys.wave, name="wave"),
    path("waves/<int:pk>/edit/", surveys.wave_edit, name="wave_edit"),
    path("waves/<int:pk>/switch/", surveys.wave_switch, name="wave_switch"),
    path("<int:pk>/", surveys.survey, name="survey"),
    path("<int:pk>/edit/", surveys.survey_edit, name="survey_edit"),
    path("<int:pk>/copy/", surveys.survey_copy, name="survey_copy"),
    path("<int:pk>/archive/", surveys.survey_archive, name="survey_archive"),
    path("<int:pk>/waves/new/", surveys.wave_new, name="wave_new"),
    path("<int:pk>/draft/", exchange.begin_draft, name="begin_draft"),
    path("<int:pk>/basics.<slug:format_>", exchange.basics, name="basics"),
    path(VERSION, builder.builder, name="builder"),
    path(VERSION + "act/", builder.act, name="act"),
    path(VERSION + "items/<slug:name>/", editing.item_edit, name="item_edit"),
    path(VERSION + "pages/<slug:name>/", editing.page_edit, name="page_edit"),
    path(VERSION + "head/", editing.head_edit, name="head_edit"),
    path(VERSION + "rules/", exchange.rules, name="rules"),
    path(VERSION + "paste/", exchange.paste, name="paste"),
    path(VERSION + "import/", exchange.take_in, name="take_in"),
    path(VERSION + "export.json", exchange.give_out, name="give_out"),
    path(VERSION + "preview/", preview.preview, name="preview"),
    path(VERSION + "publish/", exchange.publish, name="publish"),
    path(VERSION + "drop/", exchange.drop, name="drop"),
    path(VERSION + "diff/", exchange.diff, name="diff"),
]
