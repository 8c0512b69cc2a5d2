"""Give notebooks and programs what the commands give: views as DataFrames, charts as Plotly figures, the report."""
