"""Addresses of the import room."""

from django.urls import path

from .views import batches, mappings, questions, uploads, wizard

app_name = "records"

urlpatterns = [
    path("", batches.batch_list, name="batch_list"),
    path("batches/<str:batch_id>/", batches.batch, name="batch"),
    path("batches/<str:batch_id>/board/", batches.batch_board, name="batch_board"),
    path("batches/<str:batch_id>/completeness/", batches.batch_completeness, name="batch_completeness"),
    path("batches/<str:batch_id>/undo/", batches.batch_undo, name="batch_undo"),
    path("batches/<str:batch_id>/rejected/", batches.batch_file, {"kind": "rejected"}, name="batch_rejected"),
    path("batches/<str:batch_id>/cells/", batches.batch_file, {"kind": "cells"}, name="batch_cells"),
    path("batches/<str:batch_id>/derive/", batches.batch_derive, name="batch_derive"),
    path("completeness/", batches.source_completeness, name="source_completeness"),
    path("mappings/", mappings.mapping_list, name="mapping_list"),
    path("mappings/upload/", mappings.mapping_upload, name="mapping_upload"),
    path("mappings/<str:name>/file/", mappings.mapping_file, name="mapping_file"),
    path("mappings/<str:name>/remove/", mappings.mapping_remove, name="mapping_remove"),
    path("new/", uploads.upload_new, name="upload_new"),
    path("uploads/start/", uploads.upload_start, name="upload_start"),
    path("uploads/<uuid:pk>/part/", uploads.upload_part, name="upload_part"),
    path("uploads/<uuid:pk>/finish/", uploads.upload_finish, name="upload_finish"),
    path("uploads/<uuid:pk>/discard/", uploads.upload_discard, name="upload_discard"),
    path("uploads/<uuid:pk>/", wizard.file, name="file"),
    path("uploads/<uuid:pk>/reading/", wizard.file_reading, name="file_reading"),
    path("uploads/<uuid:pk>/mapping/", wizard.mapping, name="mapping"),
    path("uploads/<uuid:pk>/mapping/adjust/", wizard.mapping_adjust, name="mapping_adjust"),
    path("uploads/<uuid:pk>/mapping/preview/", wizard.mapping_preview, name="mapping_preview"),
    path("uploads/<uuid:pk>/mapping/save/", wizard.mapping_save, name="mapping_save"),
    path("uploads/<uuid:pk>/questions/", questions.questions, name="questions"),
    path("uploads/<uuid:pk>/check/", wizard.check, name="check"),
    path("uploads/<uuid:pk>/check/start/", wizard.check_start, name="check_start"),
    path("uploads/<uuid:pk>/check/cells/", wizard.check_cells, name="check_cells"),
    path("uploads/<uuid:pk>/import/", wizard.import_start, name="import_start"),
    path("uploads/<uuid:pk>/importing/", wizard.importing, name="importing"),
    path("uploads/<uuid:pk>/stop/", wizard.job_stop, name="job_stop"),
]
