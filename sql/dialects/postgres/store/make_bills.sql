-- Lines of bills, before they take the place of those recorded.
create temporary table bills (like billed_costs including defaults) on commit drop
