"""The public side of moderation."""

from django.urls import path

from moderation.views import public, redress, transparency

app_name = "moderation"
urlpatterns = [
    path("policy/", public.policy, name="policy"),
    path("policy/versions/", public.versions, name="policy_versions"),
    path("policy/versions/compare/", public.compare_versions, name="policy_compare"),
    path("policy/versions/<int:number>/", public.version, name="policy_version"),
    path("policy/versions/<int:number>/policy.toml", public.policy_file, name="policy_file"),
    path("policy/versions/<int:a>/to/<int:b>/", public.policy_difference, name="policy_difference"),
    path("moderation/", transparency.transparency, name="transparency"),
    path("moderation/figures.json", transparency.figures_json, name="figures_json"),
    path("moderation/figures.csv", transparency.figures_csv, name="figures_csv"),
    path("report/<reference:reference>/", redress.report, name="report"),
    path("reports/<reference:reference>/", redress.report_outcome, name="report_outcome"),
    path("receipts/<reference:reference>/appeal/", redress.appeal, name="appeal"),
]
