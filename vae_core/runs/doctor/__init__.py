"""What may ail a training run: named rules, each with an answer, its evidence and a remedy."""

from vae_core.runs.doctor.case import Case
from vae_core.runs.doctor.diagnosis import RULES, diagnose
from vae_core.runs.doctor.rule import Answer, Finding, Reads, Remedy, Rule

__all__ = ["RULES", "Answer", "Case", "Finding", "Reads", "Remedy", "Rule", "diagnose"]
