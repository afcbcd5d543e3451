* The estimates of this study by ddml and pystacked (ssc install ddml; ssc install pystacked; ssc install reghdfe).
* Folds and random learners draw other numbers than Neyman's, so estimates agree up to the split.
version 16
clear all
set more off

* ---- main.1: least squares
* Not the same: standard errors are clustered without cr2.
import delimited using `"panel.csv"', clear case(preserve) encoding("utf-8")
quietly egen byte _gaps = rowmiss(y d x1 x2)
drop if _gaps > 0
quietly egen long _unit = group(firm)
xtset _unit year
set seed 42
ddml init partial, kfolds(3) reps(1)
ddml E[Y|X]: pystacked y x1 x2, type(reg) methods(ols)
ddml E[D|X]: pystacked d x1 x2, type(reg) methods(ols)
ddml crossfit
ddml estimate, cluster(firm)

* ---- main.2: forest
* Not the same: the within loss (encode: effects) is Neyman's own; here outcome, treatment and controls are demeaned first, which is right for linear learners and approximate for others, and nothing is extrapolated over stages or rounds.
* Not the same: standard errors are clustered without cr2.
* Not the same: ddml has the partialling-out score alone.
import delimited using `"panel.csv"', clear case(preserve) encoding("utf-8")
keep if ((x1 > 0.1)) & !missing(x1)
quietly egen byte _gaps = rowmiss(y d x1 x2)
drop if _gaps > 0
quietly egen long _unit = group(firm)
xtset _unit year
foreach v in y d x1 x2 {
    quietly reghdfe `v', absorb(firm year) residuals(_r)
    quietly replace `v' = _r
    drop _r
}
set seed 42
ddml init partial, kfolds(3) fcluster(firm) reps(1)
ddml E[Y|X]: pystacked y x1 x2, type(reg) methods(rf) cmdopt1(n_estimators(4) min_samples_leaf(5))
ddml E[D|X]: pystacked d x1 x2, type(reg) methods(rf) cmdopt1(n_estimators(4) min_samples_leaf(5))
ddml crossfit
ddml estimate, cluster(firm) noconstant

* ---- main.3 could not be estimated.

* ---- main.4
* Not the same: cre is written out by hand.
import delimited using `"panel.csv"', clear case(preserve) encoding("utf-8")
quietly egen byte _gaps = rowmiss(y high x1 x2)
drop if _gaps > 0
quietly egen long _unit = group(firm)
xtset _unit year
bysort firm: egen double x1_mean = mean(x1)
bysort firm: egen double x2_mean = mean(x2)
set seed 42
ddml init interactive, kfolds(3) fcluster(firm) reps(1)
ddml E[Y|X,D]: pystacked y x1 x2 x1_mean x2_mean i.year, type(reg) methods(ols)
ddml E[D|X]: pystacked high x1 x2 x1_mean x2_mean i.year, type(class) methods(logit)
ddml crossfit
ddml estimate, cluster(firm)

* ---- zones.1: <script>
* Not the same: the within loss (encode: effects) is Neyman's own; here outcome, treatment and controls are demeaned first, which is right for linear learners and approximate for others, and nothing is extrapolated over stages or rounds.
* Not the same: standard errors are clustered without cr2.
* Not the same: ddml has the partialling-out score alone.
import delimited using `"panel.csv"', clear case(preserve) encoding("utf-8")
keep if ((region == `"<script>"')) & !missing(region)
quietly egen byte _gaps = rowmiss(y d x1 x2)
drop if _gaps > 0
quietly egen long _unit = group(firm)
xtset _unit year
foreach v in y d x1 x2 {
    quietly reghdfe `v', absorb(firm) residuals(_r)
    quietly replace `v' = _r
    drop _r
}
set seed 42
ddml init partial, kfolds(3) fcluster(firm) reps(1)
ddml E[Y|X]: pystacked y x1 x2, type(reg) methods(ols)
ddml E[D|X]: pystacked d x1 x2, type(reg) methods(ols)
ddml crossfit
ddml estimate, cluster(firm) noconstant

* ---- zones.2: north
* Not the same: the within loss (encode: effects) is Neyman's own; here outcome, treatment and controls are demeaned first, which is right for linear learners and approximate for others, and nothing is extrapolated over stages or rounds.
* Not the same: standard errors are clustered without cr2.
* Not the same: ddml has the partialling-out score alone.
import delimited using `"panel.csv"', clear case(preserve) encoding("utf-8")
keep if ((region == `"north"')) & !missing(region)
quietly egen byte _gaps = rowmiss(y d x1 x2)
drop if _gaps > 0
quietly egen long _unit = group(firm)
xtset _unit year
foreach v in y d x1 x2 {
    quietly reghdfe `v', absorb(firm) residuals(_r)
    quietly replace `v' = _r
    drop _r
}
set seed 42
ddml init partial, kfolds(3) fcluster(firm) reps(1)
ddml E[Y|X]: pystacked y x1 x2, type(reg) methods(ols)
ddml E[D|X]: pystacked d x1 x2, type(reg) methods(ols)
ddml crossfit
ddml estimate, cluster(firm) noconstant
