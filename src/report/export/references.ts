/** Works that a study's methods rest on, by short name. */
export const REFERENCES = Object.freeze({
  "Chernozhukov et al. (2018)": "Chernozhukov, V., Chetverikov, D., Demirer, M., Duflo, E., Hansen, C., Newey, W. and Robins, J. (2018). Double/debiased machine learning for treatment and structural parameters. Econometrics Journal 21, C1-C68.",
  "Robinson (1988)": "Robinson, P. M. (1988). Root-N-consistent semiparametric regression. Econometrica 56, 931-954.",
  "Clarke and Polselli (2025)": "Clarke, P. S. and Polselli, A. (2025). Double machine learning for static panel models with fixed effects. Econometrics Journal.",
  "Mundlak (1978)": "Mundlak, Y. (1978). On the pooling of time series and cross section data. Econometrica 46, 69-85.",
  "Bai (2009)": "Bai, J. (2009). Panel data models with interactive fixed effects. Econometrica 77, 1229-1279.",
  "Chernozhukov, Newey and Singh (2022)": "Chernozhukov, V., Newey, W. K. and Singh, R. (2022). Automatic debiased machine learning of causal and structural effects. Econometrica 90, 967-1027.",
  "Cattaneo (2010)": "Cattaneo, M. D. (2010). Efficient semiparametric estimation of multi-valued treatment effects under ignorability. Journal of Econometrics 155, 138-154.",
  "Ahrens et al. (2025)": "Ahrens, A., Hansen, C. B., Schaffer, M. E. and Wiemann, T. (2025). Model averaging and double machine learning. Journal of Applied Econometrics.",
  "Cameron and Miller (2015)": "Cameron, A. C. and Miller, D. L. (2015). A practitioner's guide to cluster-robust inference. Journal of Human Resources 50, 317-372.",
  "Cameron, Gelbach and Miller (2011)": "Cameron, A. C., Gelbach, J. B. and Miller, D. L. (2011). Robust inference with multiway clustering. Journal of Business and Economic Statistics 29, 238-249.",
  "Bell and McCaffrey (2002)": "Bell, R. M. and McCaffrey, D. F. (2002). Bias reduction in standard errors for linear regression with multi-stage samples. Survey Methodology 28, 169-181.",
  "Bach (2021)": "Bach, F. (2021). On the effectiveness of Richardson extrapolation in data science. SIAM Journal on Mathematics of Data Science 3, 1251-1277.",
  "Newey, Hsieh and Robins (2004)": "Newey, W. K., Hsieh, F. and Robins, J. M. (2004). Twicing kernels and a small bias property of semiparametric estimators. Econometrica 72, 947-962.",
  "Conley (1999)": "Conley, T. G. (1999). GMM estimation with cross sectional dependence. Journal of Econometrics 92, 1-45.",
  "Driscoll and Kraay (1998)": "Driscoll, J. C. and Kraay, A. C. (1998). Consistent covariance matrix estimation with spatially dependent panel data. Review of Economics and Statistics 80, 549-560.",
  "MacKinnon and White (1985)": "MacKinnon, J. G. and White, H. (1985). Some heteroskedasticity-consistent covariance matrix estimators with improved finite sample properties. Journal of Econometrics 29, 305-325.",
  "Chernozhukov et al. (2022)": "Chernozhukov, V., Cinelli, C., Newey, W., Sharma, A. and Syrgkanis, V. (2022). Long story short: omitted variable bias in causal machine learning. NBER working paper 30302.",
  "Semenova and Chernozhukov (2021)": "Semenova, V. and Chernozhukov, V. (2021). Debiased machine learning of conditional average treatment effects and other causal functions. Econometrics Journal 24, 264-289.",
  "Romano and Wolf (2005)": "Romano, J. P. and Wolf, M. (2005). Exact and approximate stepdown methods for multiple hypothesis testing. Journal of the American Statistical Association 100, 94-108.",
  "Breiman (2001)": "Breiman, L. (2001). Random forests. Machine Learning 45, 5-32.",
  "Geurts, Ernst and Wehenkel (2006)": "Geurts, P., Ernst, D. and Wehenkel, L. (2006). Extremely randomized trees. Machine Learning 63, 3-42.",
  "Friedman (2001)": "Friedman, J. H. (2001). Greedy function approximation: a gradient boosting machine. Annals of Statistics 29, 1189-1232.",
  "Ke et al. (2017)": "Ke, G. et al. (2017). LightGBM: a highly efficient gradient boosting decision tree. Advances in Neural Information Processing Systems 30.",
  "Tibshirani (1996)": "Tibshirani, R. (1996). Regression shrinkage and selection via the lasso. Journal of the Royal Statistical Society B 58, 267-288.",
  "Zou and Hastie (2005)": "Zou, H. and Hastie, T. (2005). Regularization and variable selection via the elastic net. Journal of the Royal Statistical Society B 67, 301-320.",
  "Hoerl and Kennard (1970)": "Hoerl, A. E. and Kennard, R. W. (1970). Ridge regression: biased estimation for nonorthogonal problems. Technometrics 12, 55-67.",
  "Drucker et al. (1996)": "Drucker, H., Burges, C. J. C., Kaufman, L., Smola, A. and Vapnik, V. (1996). Support vector regression machines. Advances in Neural Information Processing Systems 9.",
  "Kingma and Ba (2015)": "Kingma, D. P. and Ba, J. (2015). Adam: a method for stochastic optimization. International Conference on Learning Representations.",
});

/** A work's short name, as it stands in the text. */
export type Citation = keyof typeof REFERENCES;
