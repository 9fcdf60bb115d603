import Foundation

/// A few threads that wait for work, the caller being one of them.
///
/// Which worker does which item is not determined; whoever wants the same result with any number of
/// workers gives each item its own place to write to.
final class WorkerPool {
  /// How many workers there are, the calling thread included.
  let count: Int
  private let shared = Shared()

  /// - Parameter count: 1 or more.
  init(count: Int) {
    precondition(count >= 1, "a pool has at least the calling thread")
    self.count = count
    for worker in 1..<max(1, count) {
      let thread = Thread { [shared] in shared.work(as: worker) }
      thread.stackSize = 1 << 21
      thread.name = "mle-worker-\(worker)"
      thread.start()
    }
  }

  deinit { shared.stop() }

  /// Calls `body(worker, item)` for every item in `0..<items` and returns when all are done.
  ///
  /// - Parameter body: called from several threads at a time, never twice at a time with the same
  ///   worker number in `0..<count`.
  func run(_ items: Int, _ body: @escaping @Sendable (_ worker: Int, _ item: Int) -> Void) {
    if count == 1 || items == 1 {
      for item in 0..<items { body(0, item) }
      return
    }
    shared.start(items, body)
    shared.help(as: 0)
    shared.waitForEnd()
  }
}

extension WorkerPool {
  private typealias Body = @Sendable (Int, Int) -> Void

  /// What the threads share; every field is guarded by the condition's lock.
  private final class Shared: @unchecked Sendable {
    private let condition = NSCondition()
    private var body: Body?
    private var items = 0
    private var next = 0
    private var unfinished = 0
    private var isStopped = false

    func start(_ items: Int, _ body: @escaping Body) {
      condition.lock()
      self.body = body
      self.items = items
      (next, unfinished) = (0, items)
      condition.broadcast()
      condition.unlock()
    }

    /// Takes items until none is left.
    func help(as worker: Int) {
      condition.lock()
      while let body, next < items {
        let item = next
        next += 1
        condition.unlock()
        body(worker, item)
        condition.lock()
        unfinished -= 1
        if unfinished == 0 { condition.broadcast() }
      }
      condition.unlock()
    }

    /// Waits until every item is done; after it no thread holds the body.
    func waitForEnd() {
      condition.lock()
      while unfinished > 0 { condition.wait() }
      body = nil
      condition.unlock()
    }

    func work(as worker: Int) {
      while waitForStart() { help(as: worker) }
    }

    func stop() {
      condition.lock()
      isStopped = true
      condition.broadcast()
      condition.unlock()
    }

    private func waitForStart() -> Bool {
      condition.lock()
      defer { condition.unlock() }
      while !isStopped, body == nil || next >= items { condition.wait() }
      return !isStopped
    }
  }
}
