"""scikit-learn's MLPRegressor, standardised columns and target, at its defaults but for what it is asked."""

import warnings

from fold import answer
from sklearn.compose import TransformedTargetRegressor
from sklearn.neural_network import MLPRegressor
from sklearn.preprocessing import StandardScaler


class Network(TransformedTargetRegressor):
    """Tells its epochs as the network itself does."""

    @property
    def n_iter_(self):
        return self.regressor_.n_iter_


warnings.simplefilter("ignore")
answer(lambda ask: Network(MLPRegressor(hidden_layer_sizes=tuple(ask["hidden"]), max_iter=ask["epochs"], tol=0, random_state=ask["seed"]), transformer=StandardScaler()))
