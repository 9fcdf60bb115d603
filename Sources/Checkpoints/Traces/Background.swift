import Dispatch
import TraceData

/// Something that is computed on another thread while its result is not needed yet.
package final class Background<Value: Sendable>: @unchecked Sendable {
  private let isDone = DispatchSemaphore(value: 0)
  private var result: Result<Value, TraceDataError>?

  /// Starts at once.
  package init(_ compute: @escaping @Sendable () throws(TraceDataError) -> Value) {
    DispatchQueue.global(qos: .userInitiated).async { [self] in
      result = Result { () throws(TraceDataError) in try compute() }
      isDone.signal()
    }
  }

  /// Waits for the result; to be asked for once.
  package func value() throws(TraceDataError) -> Value {
    isDone.wait()
    guard let result else { preconditionFailure("done without a result") }
    return try result.get()
  }
}
