import CPlatform
import LiveTrace

/// A file that is replaced as a whole, so that a reader never sees half of it.
struct MetricsFile {
  let path: UnsafePointer<CChar>
  private let temporary: PathText

  init(path: UnsafePointer<CChar>) {
    self.path = path
    var temporary = PathText(path)
    temporary.append(".tmp")
    self.temporary = temporary
  }

  /// Writes the metrics; 0 or the errno.
  func write(_ metrics: Metrics) -> Int32 {
    let descriptor = temporary.withCString { mle_replace_file($0) } ?? -2
    guard descriptor >= 0 else { return -descriptor }
    defer { _ = close(descriptor) }
    var output = Output(descriptor: descriptor)
    metrics.write(to: &output)
    output.flush()
    guard !output.hasFailed else { return output.failureCode }
    return -(temporary.withCString { mle_rename($0, path) } ?? -2)
  }
}
