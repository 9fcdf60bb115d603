import Foundation
import TestSupport
import Testing

@testable import Training

@Suite struct WorkerPoolTests {
  @Test(arguments: [1, 2, 5, 16])
  func everyItemIsDoneOnceByAWorkerOfItsOwn(threads: Int) {
    let pool = WorkerPool(count: threads)
    for items in [0, 1, 3, 100] {
      let done = Buffer<Int>(repeating: 0, count: items)
      let busy = Buffer<Int>(repeating: 0, count: threads)
      for _ in 0..<50 {
        pool.run(items) { worker, item in
          busy.base[worker] += 1
          done.base[item] += busy.base[worker] == 1 ? 1 : 1000
          busy.base[worker] -= 1
        }
      }
      #expect(done.array == [Int](repeating: 50, count: items))
    }
  }

  @Test func aPoolThatIsGoneHasEndedItsThreads() throws {
    func threads() throws -> Int {
      try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count
    }
    for _ in 0..<100 { WorkerPool(count: 11).run(20) { _, _ in } }
    // Other tests have threads too, but nowhere near the thousand of these pools.
    #expect(try eventually { try threads() <= 200 })
  }
}
