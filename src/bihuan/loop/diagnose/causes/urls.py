"""Addresses of causes."""

from django.urls import path

from .views import diagrams, stated, taxonomy

app_name = "causes"

urlpatterns = [
    path("diagnose/causes/", taxonomy.cause_list, name="cause_list"),
    path("diagnose/causes/new/", taxonomy.cause_new, name="cause_new"),
    path("diagnose/causes/<int:pk>/", taxonomy.cause_edit, name="cause_edit"),
    path("diagnose/causes/panel/", stated.panel, name="panel"),
    path("diagnose/causes/of/<int:finding>/state/", stated.state, name="state"),
    path("diagnose/causes/stated/<int:pk>/confirm/", stated.confirm, name="confirm"),
    path("diagnose/causes/stated/<int:pk>/withdraw/", stated.withdraw, name="withdraw"),
    path("diagnose/causes/of/<int:finding>/<slug:tool>/", diagrams.diagram, name="diagram"),
    path("diagnose/causes/of/<int:finding>/<slug:tool>/picture/", diagrams.picture, name="picture"),
    path("diagnose/causes/of/<int:finding>/<slug:tool>/file.<slug:form>", diagrams.drawing_file, name="file"),
    path("diagnose/causes/of/<int:finding>/<slug:tool>/add/", diagrams.node_add, name="node_add"),
    path("diagnose/causes/nodes/<int:pk>/change/", diagrams.node_change, name="node_change"),
    path("diagnose/causes/nodes/<int:pk>/remove/", diagrams.node_remove, name="node_remove"),
    path("diagnose/causes/nodes/<int:pk>/proof/", diagrams.proof_add, name="proof_add"),
    path("diagnose/causes/proofs/<int:pk>/remove/", diagrams.proof_remove, name="proof_remove"),
    path("diagnose/causes/proofs/<int:pk>/file/", diagrams.proof_file, name="proof_file"),
    path("diagnose/causes/nodes/<int:pk>/stop/", diagrams.node_stop, name="node_stop"),
]
