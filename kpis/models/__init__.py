from kpis.models.rollup import DailyFigure

__all__ = ["DailyFigure"]
