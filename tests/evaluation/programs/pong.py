import random

import pygame

WIDTH, HEIGHT = 640, 400
PADDLE = 70


def move_paddle(y, up, down):
    y += (down - up) * 6
    return max(0, min(HEIGHT - PADDLE, y))


def start_ball():
    return [WIDTH / 2, HEIGHT / 2, random.choice([-5, 5]), random.choice([-3, 3])]


def main():
    pygame.init()
    screen = pygame.display.set_mode((WIDTH, HEIGHT))
    pygame.display.set_caption("Pong")
    font = pygame.font.Font(None, 48)
    clock = pygame.time.Clock()
    left = right = (HEIGHT - PADDLE) / 2
    score = [0, 0]
    ball = start_ball()
    while True:
        for event in pygame.event.get():
            if event.type == pygame.QUIT:
                pygame.quit()
                return
        keys = pygame.key.get_pressed()
        left = move_paddle(left, keys[pygame.K_w], keys[pygame.K_s])
        right = move_paddle(right, keys[pygame.K_UP], keys[pygame.K_DOWN])
        ball[0] += ball[2]
        ball[1] += ball[3]
        if ball[1] < 8 or ball[1] > HEIGHT - 8:
            ball[3] = -ball[3]
        if ball[0] < 30 and left < ball[1] < left + PADDLE:
            ball[2] = abs(ball[2])
        if ball[0] > WIDTH - 30 and right < ball[1] < right + PADDLE:
            ball[2] = -abs(ball[2])
        if ball[0] < 0:
            score[1] += 1
            ball = start_ball()
        elif ball[0] > WIDTH:
            score[0] += 1
            ball = start_ball()
        screen.fill((0, 0, 0))
        pygame.draw.rect(screen, (255, 255, 255), (15, left, 12, PADDLE))
        pygame.draw.rect(screen, (255, 255, 255), (WIDTH - 27, right, 12, PADDLE))
        pygame.draw.circle(screen, (255, 255, 255), (int(ball[0]), int(ball[1])), 8)
        text = font.render(f"{score[0]} : {score[1]}", True, (255, 255, 255))
        screen.blit(text, (WIDTH // 2 - text.get_width() // 2, 10))
        pygame.display.flip()
        clock.tick(60)


if __name__ == "__main__":
    main()
