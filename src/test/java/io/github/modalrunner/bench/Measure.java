package io.github.modalrunner.bench;

import java.util.List;

/** Something that is measured. */
interface Measure {
  /** Measures it; takes seconds to minutes. */
  List<Figure> run();
}
