import Foundation
import Synchronization

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

  /// A call of `run`.
  private struct Job {
    /// From 1.
    let number: UInt64
    let items: Int
    let body: Body
  }

  /// What the threads share.
  ///
  /// Between two calls there are a few microseconds: a thread that has nothing to do looks around
  /// for a while before it goes to sleep, for waking up takes longer than that.
  private final class Shared: @unchecked Sendable {
    private let condition = NSCondition()
    private var job: Job?  // guarded by the condition's lock
    /// The job's number in the upper half, its next item in the lower one.
    private let ticket = Atomic<UInt64>(0)
    private let unfinished = Atomic<Int>(0)
    private let isStopped = Atomic<Bool>(false)

    private static var glances: Int { 200 }

    func start(_ items: Int, _ body: @escaping Body) {
      condition.lock()
      let next = Job(number: jobNumber + 1, items: items, body: body)
      job = next
      unfinished.store(items, ordering: .relaxed)
      ticket.store(next.number << 32, ordering: .releasing)
      condition.broadcast()
      condition.unlock()
    }

    /// Takes items of the current job until none is left.
    func help(as worker: Int) {
      condition.lock()
      let job = job
      condition.unlock()
      guard let job else { return }
      while let item = takeItem(of: job) {
        job.body(worker, item)
        let left = unfinished.subtract(1, ordering: .acquiringAndReleasing).newValue
        guard left == 0 else { continue }
        condition.lock()
        condition.broadcast()
        condition.unlock()
      }
    }

    /// Nil where none is left, or where the job is over and another one has begun.
    private func takeItem(of job: Job) -> Int? {
      var current = ticket.load(ordering: .acquiring)
      while current >> 32 == job.number, current & 0xffff_ffff < job.items {
        let (exchanged, found) = ticket.weakCompareExchange(
          expected: current, desired: current + 1, ordering: .acquiringAndReleasing)
        if exchanged { return Int(current & 0xffff_ffff) }
        current = found
      }
      return nil
    }

    /// Waits until every item is done, and lets go of the job, which may hold the pool.
    func waitForEnd() {
      lookAround { unfinished.load(ordering: .acquiring) == 0 }
      condition.lock()
      while unfinished.load(ordering: .acquiring) > 0 { condition.wait() }
      job = nil
      condition.unlock()
    }

    func work(as worker: Int) {
      var seen: UInt64 = 0
      while let number = waitForJob(after: seen) {
        seen = number
        help(as: worker)
      }
    }

    func stop() {
      condition.lock()
      isStopped.store(true, ordering: .relaxed)
      condition.broadcast()
      condition.unlock()
    }

    private var jobNumber: UInt64 { ticket.load(ordering: .acquiring) >> 32 }

    /// Nil at the end.
    private func waitForJob(after seen: UInt64) -> UInt64? {
      lookAround { jobNumber != seen }
      condition.lock()
      defer { condition.unlock() }
      while !isStopped.load(ordering: .relaxed), jobNumber == seen { condition.wait() }
      return isStopped.load(ordering: .relaxed) ? nil : jobNumber
    }

    /// Lets other threads run until `isOver`, but not for long.
    private func lookAround(until isOver: () -> Bool) {
      for _ in 0..<Self.glances {
        if isOver() { return }
        sched_yield()
      }
    }
  }
}
